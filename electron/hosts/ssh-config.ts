import { access } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import {
  type SshConfigAlias,
  type SshConfigView,
  type SshHop,
  sshHopSchema,
  sshTargetSchema,
} from '../../shared/contract/hosts.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { SshConfigFiles } from './ssh-config-files.ts'
import { type ConfigNames, expandTokens, localUser, resolvePath } from './ssh-config-tokens.ts'

export interface SshConfigOptions {
  /** The user's home directory on this computer. Default: the real one. */
  readonly home?: string
  /** Default: `.ssh/config` in the home directory. */
  readonly path?: string
  /** Variables for `${NAME}` and IdentityAgent. Default: this process's. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** Where ssh looks when no IdentityFile is named. */
const DEFAULT_KEYS = ['id_rsa', 'id_ecdsa', 'id_ed25519']

/** Directives that decide how a host is reached and that are not followed, with what that means. */
const NOT_FOLLOWED: Readonly<Record<string, string>> = {
  addressfamily: 'AddressFamily',
  bindaddress: 'BindAddress',
  bindinterface: 'BindInterface',
  certificatefile: 'CertificateFile (certificates are not offered)',
  ciphers: 'Ciphers',
  globalknownhostsfile: 'GlobalKnownHostsFile',
  gssapiauthentication: 'GSSAPIAuthentication',
  hostkeyalgorithms: 'HostKeyAlgorithms',
  hostkeyalias: 'HostKeyAlias (the key is looked up by the real name)',
  identitiesonly: 'IdentitiesOnly (every key of the agent is offered)',
  kexalgorithms: 'KexAlgorithms',
  knownhostscommand: 'KnownHostsCommand',
  macs: 'MACs',
  pkcs11provider: 'PKCS11Provider (smart cards work through an agent)',
  preferredauthentications: 'PreferredAuthentications',
  pubkeyacceptedalgorithms: 'PubkeyAcceptedAlgorithms',
  remotecommand: 'RemoteCommand (it is not run)',
  requesttty: 'RequestTTY',
  securitykeyprovider: 'SecurityKeyProvider',
  stricthostkeychecking: 'StrictHostKeyChecking (an unknown key is always asked about, a changed one always refused)',
  unfollowedcanonicalizehostname: 'CanonicalizeHostname (the name is taken as written)',
  userknownhostsfile: 'UserKnownHostsFile',
}
const PROXY_COMMAND = 'ProxyCommand (this host cannot be used: commands from the ssh config are not run)'
/** Values with which a directive asks for nothing that would be missed. */
const HARMLESS = new Set(['no', 'none', 'any', 'default', 'auto'])

interface Context {
  readonly files: SshConfigFiles
  readonly home: string
  readonly env: Readonly<Record<string, string | undefined>>
}

interface Resolved extends SshConfigAlias {
  /** Why a connection to this alias cannot be made. */
  readonly unusable: string | null
}

/** The aliases of an ssh config, resolved. Never throws for what a file says: that is named in `problems`. */
export async function readSshConfig(options: SshConfigOptions = {}): Promise<SshConfigView> {
  const { context, path } = await load(options)
  const problems: string[] = []
  const aliases: SshConfigAlias[] = []
  for (const alias of context.files.aliases) {
    if (!context.files.compute(alias).named) continue
    try {
      const { unusable: _, ...view } = await resolve(context, alias)
      aliases.push(view)
    } catch (error) {
      problems.push((error as Error).message)
    }
  }
  return { path, aliases, problems: [...context.files.problems, ...problems] }
}

/**
 * One alias as the files say now; null where they name it no more. Throws `host.config-invalid` where it cannot be
 * used, or where files could not be read that may name it.
 */
export async function resolveAlias(alias: string, options: SshConfigOptions = {}): Promise<SshConfigAlias | null> {
  const { context, path } = await load(options)
  if (!context.files.compute(alias).named) {
    if (context.files.problems.length === 0) return null
    throw invalid(`${path} has no host "${alias}". ${context.files.problems.join(' ')}`)
  }
  const { unusable, ...view } = await resolve(context, alias)
  if (unusable !== null) throw invalid(unusable)
  return view
}

async function load(options: SshConfigOptions): Promise<{ context: Context; path: string }> {
  const home = options.home ?? homedir()
  const path = options.path ?? join(home, '.ssh', 'config')
  const files = await SshConfigFiles.load(path, home)
  return { path, context: { files, home, env: options.env ?? process.env } }
}

function invalid(message: string): SlipwayError {
  return new SlipwayError('host.config-invalid', message, {
    state: 'No connection was made.',
    hint: 'Correct the ssh config, or enter the address by hand.',
  })
}

async function resolve(context: Context, alias: string): Promise<Resolved> {
  const hop = await resolveHop(context, { name: alias })
  const { jumps, unusable } = await resolveJumps(context, hop, [alias])
  const target = sshTargetSchema.parse({
    ...hop.hop,
    kind: 'ssh',
    alias,
    jumps,
    compression: flag(hop.values, 'compression') === true,
  })
  return { alias, target, ignored: notFollowed(hop), unusable }
}

interface HopAddress {
  readonly name: string
  readonly user?: string | undefined
  readonly port?: string | undefined
}

interface ResolvedHop {
  readonly hop: SshHop
  readonly names: ConfigNames
  readonly values: Readonly<Record<string, string | string[]>>
  readonly leftOut: readonly string[]
}

async function resolveHop(context: Context, { name, user, port }: HopAddress): Promise<ResolvedHop> {
  const { values } = context.files.compute(name, user)
  const base = { alias: name, home: context.home, env: context.env }
  const hostname = expandTokens(first(values, 'hostname') ?? name, { ...base, hostname: name }) ?? name
  const portNumber = Number(port ?? first(values, 'port') ?? 22)
  const remoteUser = expandTokens(first(values, 'user') ?? localUser(), { ...base, hostname }) ?? ''
  const names: ConfigNames = { ...base, hostname, port: portNumber, user: remoteUser }
  const { keyFiles, leftOut } = await identityFiles(values, names)
  const publicKeys = flag(values, 'pubkeyauthentication') !== false
  const auth = {
    agent: publicKeys ? identityAgent(values, names) : 'none',
    keyFiles: publicKeys ? keyFiles : [],
    password: mayAskPassword(values),
  }
  const parsed = sshHopSchema.safeParse({ hostname, port: portNumber, user: remoteUser, auth })
  if (!parsed.success) {
    const fields = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')
    throw invalid(`The host "${name}" in the ssh config has no usable ${fields}.`)
  }
  return { hop: parsed.data, names, values, leftOut }
}

async function identityFiles(values: ResolvedHop['values'], names: ConfigNames) {
  const written = [...new Set([values.identityfile ?? []].flat())].filter((path) => path.toLowerCase() !== 'none')
  const leftOut: string[] = []
  const keyFiles: string[] = []
  for (const path of written) {
    const resolved = resolvePath(path, names)
    if (resolved === null || resolved.endsWith('.pub')) leftOut.push(`IdentityFile ${path}`)
    else keyFiles.push(resolved)
  }
  if (values.identityfile !== undefined) return { keyFiles, leftOut }
  for (const name of DEFAULT_KEYS) {
    const path = join(names.home, '.ssh', name)
    if (await exists(path)) keyFiles.push(path)
  }
  return { keyFiles, leftOut }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

function identityAgent(values: ResolvedHop['values'], names: ConfigNames): string {
  const written = first(values, 'identityagent')
  if (written === undefined || written === 'SSH_AUTH_SOCK') return 'auto'
  if (written.toLowerCase() === 'none') return 'none'
  // A variable that is not set names no agent: ssh does not fall back to the usual one either.
  if (/^\$\w+$/.test(written)) return names.env[written.slice(1)] || 'none'
  return resolvePath(written, names) ?? 'none'
}

function mayAskPassword(values: ResolvedHop['values']): boolean {
  if (flag(values, 'batchmode') === true) return false
  const interactive = flag(values, 'kbdinteractiveauthentication') ?? flag(values, 'challengeresponseauthentication')
  return flag(values, 'passwordauthentication') !== false || interactive !== false
}

/** The hops before one, outermost first. As in ssh, only the first hop of a chain brings its own jumps. */
async function resolveJumps(
  context: Context,
  { values, names }: ResolvedHop,
  seen: readonly string[],
): Promise<{ jumps: SshHop[]; unusable: string | null }> {
  const name = names.alias
  const jump = first(values, 'proxyjump')
  const command = first(values, 'proxycommand')
  // Whichever of the two ssh meets first wins, and the library keeps that order.
  const commandWins =
    Object.keys(values).find((key) => key === 'proxyjump' || key === 'proxycommand') === 'proxycommand'
  if (command !== undefined && command.toLowerCase() !== 'none' && commandWins) {
    return { jumps: [], unusable: `The host "${name}" is reached by ProxyCommand, which is not run. Use ProxyJump.` }
  }
  if (jump === undefined || jump.toLowerCase() === 'none' || commandWins) return { jumps: [], unusable: null }
  const addresses = (expandTokens(jump, names) ?? jump).split(',').map((text) => parseHopAddress(text.trim(), name))
  const hops = await Promise.all(addresses.map((address) => resolveHop(context, address)))
  const [outermost] = hops
  if (!outermost) return { jumps: [], unusable: null }
  const outermostName = outermost.names.alias
  if (seen.includes(outermostName)) {
    throw invalid(`ProxyJump goes round in a circle: ${[...seen, outermostName].join(' → ')}.`)
  }
  const before = await resolveJumps(context, outermost, [...seen, outermostName])
  return { jumps: [...before.jumps, ...hops.map(({ hop }) => hop)], unusable: before.unusable }
}

function parseHopAddress(text: string, alias: string): HopAddress {
  const match = /^(?:ssh:\/\/)?(?:(?<user>.+)@)?(?:\[(?<v6>[^\]]+)\]|(?<name>[^:@\s]+))(?::(?<port>\d+))?\/?$/.exec(
    text,
  )
  const name = match?.groups?.v6 ?? match?.groups?.name
  if (name === undefined) throw invalid(`The host "${alias}" has a ProxyJump that cannot be read: "${text}".`)
  return { name, user: match?.groups?.user, port: match?.groups?.port }
}

function notFollowed({ values, leftOut }: ResolvedHop): string[] {
  const directives = Object.entries(values).flatMap(([key, value]) => {
    const text = NOT_FOLLOWED[key]
    const single = [value].flat().join(' ').toLowerCase()
    const harmless = key === 'stricthostkeychecking' ? single === 'ask' : HARMLESS.has(single)
    return text === undefined || harmless ? [] : [text]
  })
  const command = first(values, 'proxycommand')
  const proxy = command === undefined || command.toLowerCase() === 'none' ? [] : [PROXY_COMMAND]
  return [...proxy, ...directives, ...leftOut]
}

function first(values: Readonly<Record<string, string | string[]>>, key: string): string | undefined {
  const value = values[key]
  return Array.isArray(value) ? value[0] : value
}

function flag(values: Readonly<Record<string, string | string[]>>, key: string): boolean | undefined {
  const text = first(values, key)?.toLowerCase()
  return text === 'yes' || text === 'true' ? true : text === 'no' || text === 'false' ? false : undefined
}
