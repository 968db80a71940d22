interface Lock {
  readonly packages?: Readonly<Record<string, { readonly version?: string }>>
}
export const root: string
export function isInstalled(wanted: Lock | null, installed: Lock | null): boolean
export function nodePath(): string
export function ensureInstalled(): boolean
