import { hostname as computerName, userInfo } from 'node:os'

/** What tokens and paths in an ssh config may refer to. */
export interface ConfigNames {
  /** The name as given, ssh's `%n`. */
  readonly alias: string
  /** The real name, ssh's `%h`. */
  readonly hostname: string
  readonly port?: number
  /** The user on the far side. */
  readonly user?: string
  readonly home: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** The user's name on this computer; empty where it has none. */
export function localUser(): string {
  try {
    return userInfo().username
  } catch {
    return process.env.USER ?? process.env.USERNAME ?? ''
  }
}

/** Replaces ssh's `%` tokens; null where one is not known here. */
export function expandTokens(text: string, names: ConfigNames): string | null {
  const tokens: Readonly<Record<string, string | undefined>> = {
    '%': '%',
    d: names.home,
    h: names.hostname,
    i: String(process.getuid?.() ?? ''),
    L: computerName().split('.')[0],
    l: computerName(),
    n: names.alias,
    p: names.port?.toString(),
    r: names.user,
    u: localUser(),
  }
  let known = true
  const expanded = text.replace(/%(.?)/g, (_, token: string) => {
    const value = tokens[token]
    known &&= value !== undefined
    return value ?? ''
  })
  return known ? expanded : null
}

/** A path with tokens, `${NAME}` and `~` replaced; null where that cannot be done. */
export function resolvePath(text: string, names: ConfigNames): string | null {
  const withTokens = expandTokens(text, names)
  if (withTokens === null) return null
  let known = true
  const expanded = withTokens.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    known &&= names.env[name] !== undefined
    return names.env[name] ?? ''
  })
  if (!known) return null
  if (!expanded.startsWith('~')) return expanded
  return /^~(?=[/\\]|$)/.test(expanded) ? names.home + expanded.slice(1) : null
}
