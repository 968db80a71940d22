import { z } from 'zod'
import { errorShapeSchema } from '../errors.ts'

/** How to reach one hop: the host itself, or a jump host before it. */
export const sshAddressSchema = z.object({
  hostname: z.string().min(1).max(255),
  port: z.number().int().min(1).max(65535).default(22),
  user: z.string().min(1).max(64),
})

/** Ways to sign in, tried in this order: agent, key file, password, keyboard-interactive. */
export const sshAuthSchema = z.object({
  /** 'auto': SSH_AUTH_SOCK, the Windows OpenSSH pipe, or Pageant; 'none'; or a socket path / pipe. */
  agent: z.string().default('auto'),
  /** Paths of private keys on this computer. `~` is expanded. */
  keyFiles: z.array(z.string()).default([]),
  /** Whether to ask for a password when nothing else worked. */
  password: z.boolean().default(true),
})

export const sshHopSchema = sshAddressSchema.extend({ auth: sshAuthSchema.prefault({}) })

export const sshTargetSchema = sshHopSchema.extend({
  kind: z.literal('ssh'),
  /** Alias in ~/.ssh/config that the rest was read from; re-read on every connect. */
  alias: z.string().optional(),
  /** Jump hosts, outermost first. */
  jumps: z.array(sshHopSchema).default([]),
  compression: z.boolean().default(false),
})
export const hostTargetSchema = z.discriminatedUnion('kind', [sshTargetSchema, z.object({ kind: z.literal('local') })])
export type SshHop = z.infer<typeof sshHopSchema>
export type SshTarget = z.infer<typeof sshTargetSchema>
export type HostTarget = z.infer<typeof hostTargetSchema>
export type HostTargetInput = z.input<typeof hostTargetSchema>

/** A question that only a person can answer before a connection can go on. */
export const hostQuestionSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('host-key'),
    id: z.string(),
    /** `hostname:port` of the hop whose key is unknown. */
    address: z.string(),
    algorithm: z.string(),
    /** `SHA256:…`, as ssh prints it. */
    fingerprint: z.string(),
  }),
  z.object({
    kind: z.literal('secret'),
    id: z.string(),
    address: z.string(),
    /** What is asked for. `passphrase` names the key file in `about`. */
    purpose: z.enum(['password', 'passphrase', 'keyboard-interactive']),
    about: z.string(),
    prompts: z.array(z.object({ text: z.string(), echo: z.boolean() })).min(1),
    /** Set when the last answer was wrong. */
    retry: z.boolean(),
    /** Whether the answer can be kept in the OS keychain, and why not. */
    canSave: z.union([z.literal(true), z.string()]),
  }),
])
export type HostQuestion = z.infer<typeof hostQuestionSchema>

export const hostAnswerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('host-key'), accept: z.boolean() }),
  z.object({ kind: z.literal('secret'), values: z.array(z.string()), save: z.boolean() }),
  z.object({ kind: z.literal('dismiss') }),
])
export type HostAnswer = z.infer<typeof hostAnswerSchema>

/** How engine calls travel: stream-local channels, `docker system dial-stdio`, the same by sudo, or the local socket. */
export const engineRouteSchema = z.enum(['stream-local', 'dial-stdio', 'sudo-dial-stdio', 'local-socket'])

export const engineInfoSchema = z.object({
  route: engineRouteSchema,
  /** Path of the engine's socket on the host, and where it was found. */
  socketPath: z.string(),
  socketSource: z.enum(['context', 'environment', 'rootless', 'default']),
  version: z.string(),
  apiVersion: z.string(),
  composeVersion: z.string(),
  os: z.string(),
  architecture: z.string(),
})
export type EngineInfo = z.infer<typeof engineInfoSchema>

/** The state of the one connection to a host. Times are ISO 8601 by this computer's clock. */
export const hostStatusSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('idle'),
    /** What a person would be asked, where Slipway tried to connect by itself and came to a question. */
    asks: z.enum(['host-key', 'password', 'passphrase', 'keyboard-interactive']).optional(),
  }),
  z.object({ kind: z.literal('connecting'), since: z.string(), attempt: z.number().int() }),
  z.object({ kind: z.literal('question'), question: hostQuestionSchema }),
  z.object({ kind: z.literal('connected'), since: z.string() }),
  /** Lost or unreachable; the next attempt comes by itself. */
  z.object({ kind: z.literal('waiting'), error: errorShapeSchema, retryAt: z.string(), attempt: z.number().int() }),
  /** Needs a person: wrong key, changed host key, refused password. */
  z.object({ kind: z.literal('failed'), error: errorShapeSchema }),
])
export type HostStatus = z.infer<typeof hostStatusSchema>

/** The state of the engine behind a connected host. */
export const engineStatusSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('unknown') }),
  z.object({ kind: z.literal('ready'), info: engineInfoSchema }),
  /** The plain way is closed (`error` says why), but the user may `sudo -n`: Slipway offers to go that way. */
  z.object({ kind: z.literal('sudo-offer'), error: errorShapeSchema }),
  z.object({ kind: z.literal('failed'), error: errorShapeSchema }),
])
export type EngineStatus = z.infer<typeof engineStatusSchema>

export const hostViewSchema = z.object({
  id: z.string(),
  label: z.string(),
  target: hostTargetSchema,
  status: hostStatusSchema,
  engine: engineStatusSchema,
  /** The remembered answer to "go by sudo?". */
  usesSudo: z.boolean(),
  /** `user@hostname`, OS and clock offset, once known. */
  facts: z
    .object({
      user: z.string(),
      hostname: z.string(),
      os: z.string(),
      architecture: z.string(),
      clockOffsetMs: z.number(),
    })
    .nullable(),
  /** Secrets kept for this host in the OS keychain: what they are, never what they say. */
  savedSecrets: z.array(z.string()),
})
export type HostView = z.infer<typeof hostViewSchema>

/** An alias in the user's ssh config, resolved. */
export const sshConfigAliasSchema = z.object({
  alias: z.string(),
  target: sshTargetSchema,
  /** Directives that Slipway does not follow, named so that nobody is surprised. */
  ignored: z.array(z.string()),
})
export type SshConfigAlias = z.infer<typeof sshConfigAliasSchema>

export const sshConfigSchema = z.object({
  path: z.string(),
  aliases: z.array(sshConfigAliasSchema),
  /** Why the file, or a part of it, could not be read. */
  problems: z.array(z.string()),
})
export type SshConfigView = z.infer<typeof sshConfigSchema>
