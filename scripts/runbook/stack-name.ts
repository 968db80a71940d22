/** A stack as a person names it on a command line. */
export interface StackName {
  /** A name saved in Slipway, an alias of ~/.ssh/config, or `local`. */
  readonly host: string
  readonly place: { readonly project: string } | { readonly directory: string }
}

/** `HOST/PROJECT`, or `HOST:/DIRECTORY` as scp writes it; a project alone is on this computer. Null for anything else. */
export function parseStackName(text: string): StackName | null {
  const [, host, directory] = /^([^/:]+):(\/.*)$/.exec(text) ?? []
  if (host !== undefined && directory !== undefined) return { host, place: { directory } }
  const slash = text.lastIndexOf('/')
  const project = text.slice(slash + 1)
  if (project === '' || slash === 0) return null
  return { host: slash === -1 ? 'local' : text.slice(0, slash), place: { project } }
}
