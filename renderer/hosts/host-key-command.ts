/** Where OpenSSH keeps the public key of each algorithm. */
const KEY_FILES: readonly (readonly [algorithm: string, file: string])[] = [
  ['ed25519', 'ssh_host_ed25519_key.pub'],
  ['ecdsa', 'ssh_host_ecdsa_key.pub'],
  ['rsa', 'ssh_host_rsa_key.pub'],
]

/** The command that prints, on the host, the fingerprint of the key that it showed. */
export function hostKeyCommand(algorithm: string): string {
  const file = KEY_FILES.find(([name]) => algorithm.includes(name))?.[1] ?? 'ssh_host_ed25519_key.pub'
  return `ssh-keygen -lf /etc/ssh/${file}`
}
