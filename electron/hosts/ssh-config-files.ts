import { glob as findPaths, readFile, stat } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import SshConfig, {
  type Directive,
  type Line,
  LineType,
  type Match,
  glob as matchesPatterns,
  type Section,
} from 'ssh-config'

/** As deep as ssh itself follows Include. */
const MAX_INCLUDE_DEPTH = 16
/** A config file larger than this is none. */
const MAX_FILE_BYTES = 1024 * 1024
/** Match criteria that can be judged without running anything or knowing the network. */
const KNOWN_CRITERIA = new Set(['all', 'final', 'host', 'originalhost', 'user', 'localuser'])

interface Loaded {
  readonly path: string
  readonly lines: readonly Line[]
}

/** The files of an ssh configuration, read once; Include is followed, nothing is ever executed. */
export class SshConfigFiles {
  readonly #home: string
  readonly #included = new Map<Directive, readonly Loaded[]>()
  readonly #problems = new Set<string>()
  readonly #hostPatterns = new Set<string>()
  #root: Loaded | null = null

  private constructor(home: string) {
    this.#home = home
  }

  /** A missing file is an empty configuration; what cannot be read is named in `problems`. */
  static async load(path: string, home: string): Promise<SshConfigFiles> {
    const files = new SshConfigFiles(home)
    files.#root = await files.#load(path, 0)
    return files
  }

  get problems(): string[] {
    return [...this.#problems]
  }

  /** The concrete names in Host lines, in the order of the files. */
  get aliases(): string[] {
    return [...this.#hostPatterns].filter((pattern) => !/[*?!]/.test(pattern))
  }

  /** Every directive that applies to `alias`, as ssh-config computes it; keys in lower case, in order of decision. */
  compute(
    alias: string,
    user?: string,
  ): { readonly values: Record<string, string | string[]>; readonly named: boolean } {
    const config = new SshConfig()
    config.push(...this.#flatten(this.#root?.lines ?? [], alias))
    const named = config.some((line) => isHost(line) && patternsOf(line).includes(alias))
    const query = user === undefined ? { Host: alias } : { Host: alias, User: user }
    return { values: config.compute(query, { ignoreCase: true, matchExec: false }), named }
  }

  async #load(path: string, depth: number): Promise<Loaded> {
    const lines = await this.#parse(path)
    await this.#follow(lines, path, depth)
    return { path, lines }
  }

  async #parse(path: string): Promise<readonly Line[]> {
    try {
      const found = await stat(path)
      if (!found.isFile()) throw new Error('it is not a file')
      if (found.size > MAX_FILE_BYTES) throw new Error('it is too large')
      return parseText(await readFile(path, 'utf8'))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      this.#problems.add(`${path} could not be read: ${(error as Error).message}.`)
      return []
    }
  }

  async #follow(lines: readonly Line[], path: string, depth: number): Promise<void> {
    for (const line of lines) {
      if (line.type !== LineType.DIRECTIVE) continue
      if (isHost(line)) for (const pattern of patternsOf(line)) this.#hostPatterns.add(pattern)
      if (isMatch(line)) this.#judgeMatch(line, path)
      if ('config' in line) await this.#follow(line.config, path, depth)
      else if (isNamed(line, 'include')) await this.#include(line, path, depth)
    }
  }

  #judgeMatch(line: Match, path: string): void {
    const unknown = Object.keys(line.criteria).filter((name) => !KNOWN_CRITERIA.has(name.toLowerCase()))
    if (unknown.length > 0) {
      this.#problems.add(
        `${path}: a Match block is left out, because "Match ${unknown.join('", "')}" is not evaluated.`,
      )
    }
    if (line.config.some((inner) => inner.type === LineType.DIRECTIVE && isNamed(inner, 'include'))) {
      this.#problems.add(`${path}: an Include inside a Match block is not followed.`)
    }
  }

  async #include(line: Directive, path: string, depth: number): Promise<void> {
    if (depth >= MAX_INCLUDE_DEPTH) {
      this.#problems.add(`${path}: Include is nested more than ${MAX_INCLUDE_DEPTH} deep, and not followed further.`)
      return
    }
    const loaded: Loaded[] = []
    for (const pattern of patternsOf(line)) {
      for (const found of await this.#find(pattern, path)) loaded.push(await this.#load(found, depth + 1))
    }
    this.#included.set(line, loaded)
  }

  async #find(pattern: string, path: string): Promise<string[]> {
    const expanded = /^~(?=[/\\]|$)/.test(pattern) ? this.#home + pattern.slice(1) : pattern
    const absolute = isAbsolute(expanded) ? expanded : join(this.#home, '.ssh', expanded)
    try {
      return (await Array.fromAsync(findPaths(absolute.replaceAll('\\', '/')))).sort()
    } catch (error) {
      this.#problems.add(`${path}: Include ${pattern} could not be followed: ${(error as Error).message}.`)
      return []
    }
  }

  /** The lines for one alias with the included ones in their places, in the spelling that the library looks for. */
  #flatten(lines: readonly Line[], alias: string): Line[] {
    return lines.flatMap((line): Line[] => {
      if (line.type !== LineType.DIRECTIVE) return []
      if (isHost(line)) return matchesPatterns(patternsOf(line), alias) ? this.#flattenSection(line, alias) : []
      if (isMatch(line)) return [{ ...line, config: configOf(line.config.flatMap(normalize)) }]
      if (isNamed(line, 'include')) return this.#flattenIncluded(line, alias)
      return normalize(line)
    })
  }

  /** A Host block as several: an Include in the middle may bring blocks of its own, which cannot be nested. */
  #flattenSection(section: Section, alias: string): Line[] {
    const parts: Line[] = []
    let own: Line[] = []
    const close = () => {
      parts.push({ ...section, config: configOf(own) })
      own = []
    }
    for (const line of section.config) {
      if (line.type !== LineType.DIRECTIVE || !isNamed(line, 'include')) own.push(...normalize(line))
      else {
        close()
        parts.push(...this.#flattenIncluded(line, alias))
      }
    }
    close()
    return parts
  }

  #flattenIncluded(line: Directive, alias: string): Line[] {
    return (this.#included.get(line) ?? []).flatMap((file) => this.#flatten(file.lines, alias))
  }
}

function parseText(text: string): readonly Line[] {
  // The library takes a byte order mark for a part of the first word, and the next line for a missing value.
  const content = text.replace(/^\uFEFF/, '')
  const incomplete = content.split(/\r?\n/).findIndex((line) => /^\s*[A-Za-z0-9]+\s*=?\s*$/.test(line))
  if (incomplete >= 0) throw new Error(`line ${incomplete + 1} has no value`)
  return SshConfig.parse(content)
}

function isNamed(line: Directive, name: string): boolean {
  return line.param.toLowerCase() === name
}

function isHost(line: Line): line is Section {
  return line.type === LineType.DIRECTIVE && isNamed(line, 'host') && 'config' in line
}

function isMatch(line: Line): line is Match {
  return line.type === LineType.DIRECTIVE && isNamed(line, 'match') && 'criteria' in line
}

function patternsOf(line: Directive): string[] {
  return Array.isArray(line.value) ? line.value.map(({ val }) => val) : [line.value]
}

function configOf(lines: readonly Line[]): SshConfig {
  const config = new SshConfig()
  config.push(...lines)
  return config
}

/** The library looks for these two names as written here, and would start `nslookup` for canonical names. */
function normalize(line: Line): Line[] {
  if (line.type !== LineType.DIRECTIVE) return []
  if (isNamed(line, 'hostname')) return [{ ...line, param: 'HostName' }]
  if (isNamed(line, 'user')) return [{ ...line, param: 'User' }]
  if (isNamed(line, 'canonicalizehostname')) return [{ ...line, param: 'UnfollowedCanonicalizeHostname' }]
  return [line]
}
