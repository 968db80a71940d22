import { z } from 'zod'
import type { Container, ContainerRow, EngineEvent, ImageInfo } from './engine.ts'

/*
 * The answers of the Engine API (https://docs.docker.com/reference/api/engine/), as far as Slipway uses
 * them, and their translation. Fields that some engine versions leave out or set to null have defaults.
 */

const stateSchema = z.enum(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'])
const recordSchema = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {})
/** What the engine writes for "never". */
const ZERO_TIME = '0001-01-01T00:00:00Z'

export const versionAnswerSchema = z.object({
  Version: z.string(),
  ApiVersion: z.string(),
  MinAPIVersion: z.string().nullish(),
  Os: z.string(),
  Arch: z.string(),
})

export const systemAnswerSchema = z.object({
  DockerRootDir: z.string(),
  MemTotal: z.number().default(0),
  DriverStatus: z.array(z.array(z.string())).nullish(),
  RegistryConfig: z
    .object({
      IndexConfigs: z.record(z.string(), z.object({ Secure: z.boolean() })).nullish(),
      InsecureRegistryCIDRs: z.array(z.string()).nullish(),
    })
    .nullish(),
})
export type SystemAnswer = z.infer<typeof systemAnswerSchema>

export const containerRowsSchema = z.array(
  z
    .object({
      Id: z.string(),
      Names: z.array(z.string()),
      Image: z.string(),
      ImageID: z.string(),
      State: stateSchema,
      Status: z.string(),
      Labels: recordSchema,
      Created: z.number(),
    })
    .transform(
      (row): ContainerRow => ({
        id: row.Id,
        name: bareName(row.Names[0] ?? row.Id),
        image: row.Image,
        imageId: row.ImageID,
        state: row.State,
        statusText: row.Status,
        labels: row.Labels,
        createdAtSeconds: row.Created,
      }),
    ),
)

function bareName(name: string): string {
  return name.replace(/^\//, '')
}

const healthSchema = z.object({
  Status: z.string(),
  Log: z.array(z.object({ Start: z.string(), ExitCode: z.number(), Output: z.string() })).nullish(),
})

export const containerAnswerSchema = z.object({
  Id: z.string(),
  Name: z.string(),
  Created: z.string(),
  RestartCount: z.number().default(0),
  Image: z.string(),
  State: z.object({
    Status: stateSchema,
    StartedAt: z.string(),
    ExitCode: z.number(),
    OOMKilled: z.boolean(),
    Error: z.string().default(''),
    Health: healthSchema.nullish(),
  }),
  Config: z.object({
    Image: z.string(),
    Labels: recordSchema,
    Env: z.array(z.string()).nullish(),
    Tty: z.boolean().default(false),
  }),
  HostConfig: z.object({ Memory: z.number().default(0) }),
  Mounts: z
    .array(
      z.object({
        Type: z.string(),
        Name: z.string().optional(),
        Source: z.string().default(''),
        Destination: z.string(),
      }),
    )
    .nullish(),
  NetworkSettings: z.object({
    Ports: z.record(z.string(), z.array(z.object({ HostIp: z.string(), HostPort: z.string() })).nullable()).nullish(),
    Networks: z.record(z.string(), z.object({ IPAddress: z.string().default('') })).nullish(),
  }),
})
export type ContainerAnswer = z.infer<typeof containerAnswerSchema>

export const imageAnswerSchema = z.object({
  Id: z.string(),
  RepoDigests: z.array(z.string()).nullish(),
  RepoTags: z.array(z.string()).nullish(),
  Size: z.number(),
  Architecture: z.string().default(''),
  Os: z.string().default(''),
  RootFS: z.object({ Layers: z.array(z.string()).nullish() }).nullish(),
  Config: z.object({ Env: z.array(z.string()).nullish() }).nullish(),
})

export function toImageInfo(answer: z.infer<typeof imageAnswerSchema>): ImageInfo {
  return {
    id: answer.Id,
    repoDigests: (answer.RepoDigests ?? []).filter((digest) => !digest.startsWith('<none>')),
    repoTags: (answer.RepoTags ?? []).filter((tag) => tag !== '<none>:<none>'),
    sizeBytes: answer.Size,
    architecture: answer.Architecture,
    os: answer.Os,
    diffIds: answer.RootFS?.Layers ?? [],
    environment: answer.Config?.Env ?? [],
  }
}

/** The engine gives nanoseconds, which nobody reads. */
function toMilliseconds(time: string): string {
  return time.replace(/(\.\d{3})\d+/, '$1')
}

/** `digest` of the image that runs comes from its image, which the container's own answer does not name. */
export function toContainer(answer: ContainerAnswer, digest: string | null): Container {
  const { State: state, Config: config } = answer
  return {
    id: answer.Id,
    name: bareName(answer.Name),
    state: state.Status,
    health: toHealth(state.Health?.Status),
    exitCode: state.Status === 'created' || state.Status === 'running' ? null : state.ExitCode,
    restartCount: answer.RestartCount,
    startedAt: state.StartedAt === ZERO_TIME ? null : toMilliseconds(state.StartedAt),
    imageReference: config.Image,
    imageId: answer.Image,
    digest,
    oomKilled: state.OOMKilled,
    labels: config.Labels,
    createdAt: answer.Created,
    healthLog: (state.Health?.Log ?? []).map((entry) => ({
      at: entry.Start,
      exitCode: entry.ExitCode,
      output: entry.Output,
    })),
    error: state.Error === '' ? null : state.Error,
    mounts: (answer.Mounts ?? []).map((mount) => ({
      type: mount.Type,
      name: mount.Name ?? null,
      source: mount.Source,
      destination: mount.Destination,
    })),
    addresses: toAddresses(answer.NetworkSettings.Networks ?? {}),
    ports: toPorts(answer.NetworkSettings.Ports ?? {}),
    memoryLimitBytes: answer.HostConfig.Memory > 0 ? answer.HostConfig.Memory : null,
    environment: config.Env ?? [],
  }
}

function toHealth(status: string | undefined): Container['health'] {
  return status === 'starting' || status === 'healthy' || status === 'unhealthy' ? status : null
}

function toAddresses(networks: Readonly<Record<string, { IPAddress: string }>>): Record<string, string> {
  const named = Object.entries(networks).map(([name, network]) => [name, network.IPAddress] as const)
  return Object.fromEntries(named.filter(([, address]) => address !== ''))
}

/** `{"8000/tcp": [{HostIp, HostPort}], "9000/udp": null}`: null is exposed, not published. */
function toPorts(ports: NonNullable<ContainerAnswer['NetworkSettings']['Ports']>): Container['ports'] {
  return Object.entries(ports).flatMap(([key, bindings]): Container['ports'] => {
    const [port = '', protocol = 'tcp'] = key.split('/')
    const exposed = { containerPort: Number(port), protocol }
    if (bindings === null || bindings.length === 0) return [{ ...exposed, hostIp: null, hostPort: null }]
    return bindings.map((binding) => ({
      ...exposed,
      hostIp: binding.HostIp || null,
      hostPort: Number(binding.HostPort),
    }))
  })
}

export const eventAnswerSchema = z
  .object({
    Type: z.string(),
    Action: z.string(),
    Actor: z.object({ ID: z.string(), Attributes: recordSchema }),
    timeNano: z.number().optional(),
    time: z.number().default(0),
  })
  .transform(
    (event): EngineEvent => ({
      type: event.Type,
      action: event.Action,
      id: event.Actor.ID,
      attributes: event.Actor.Attributes,
      timeMs: event.timeNano === undefined ? event.time * 1000 : Math.floor(event.timeNano / 1e6),
    }),
  )
