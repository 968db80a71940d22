import type { Seal } from '../storage/seal.ts'
import type { ElectronApi } from './electron-api.ts'

/**
 * The OS keychain by Electron's safeStorage. Without a keyring on Linux it would fall back to a key that is
 * written in the program ("basic_text"), which is as good as plain text: refused, with the reason.
 */
export function sealWithSafeStorage(
  { safeStorage }: Pick<ElectronApi, 'safeStorage'>,
  platform: NodeJS.Platform,
): Seal {
  if (platform === 'linux' && safeStorage.getSelectedStorageBackend?.() === 'basic_text') {
    return {
      available: false,
      reason: 'This session has no keyring (GNOME Keyring or KWallet), so secrets could only be kept unprotected.',
    }
  }
  if (!safeStorage.isEncryptionAvailable()) {
    return { available: false, reason: "The operating system's keychain is not available." }
  }
  return {
    available: true,
    seal: (secret) => safeStorage.encryptString(secret),
    open: (sealed) => safeStorage.decryptString(Buffer.from(sealed)),
  }
}
