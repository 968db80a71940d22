import type { EngineInfo } from '../../shared/contract/hosts.ts'
import type { LayerProgress } from '../../shared/contract/operations.ts'
import type { ContainerView, Usage } from '../../shared/contract/stacks.ts'
import type { EngineLogs } from './engine-logs.ts'

export interface CallOptions {
  readonly signal?: AbortSignal
  /** Deadline in milliseconds. Default 15,000. */
  readonly timeoutMs?: number
}

/** A container with what discovery and gates need of `GET /containers/{id}/json`. */
export interface Container extends ContainerView {
  readonly labels: Readonly<Record<string, string>>
  readonly createdAt: string
  /** Output of the last health checks, oldest first; evidence for a gate. */
  readonly healthLog: readonly { readonly at: string; readonly exitCode: number; readonly output: string }[]
  readonly error: string | null
  readonly mounts: readonly {
    readonly type: string
    readonly name: string | null
    readonly source: string
    readonly destination: string
  }[]
  /** Address on each network, by network name. */
  readonly addresses: Readonly<Record<string, string>>
  readonly ports: readonly {
    readonly containerPort: number
    readonly protocol: string
    readonly hostIp: string | null
    readonly hostPort: number | null
  }[]
  readonly memoryLimitBytes: number | null
  readonly environment: readonly string[]
}

/** One row of `GET /containers/json`: cheap, for lists. The engine lets it lag behind `inspectContainer` for some milliseconds. */
export interface ContainerRow {
  readonly id: string
  readonly name: string
  readonly image: string
  readonly imageId: string
  readonly state: ContainerView['state']
  /** `Up 3 minutes (healthy)`, as the engine says it. */
  readonly statusText: string
  readonly labels: Readonly<Record<string, string>>
  readonly createdAtSeconds: number
}

export interface ImageInfo {
  readonly id: string
  /** `repository@sha256:…` for each registry it came from. */
  readonly repoDigests: readonly string[]
  readonly repoTags: readonly string[]
  readonly sizeBytes: number
  readonly architecture: string
  readonly os: string
  /** Its layers, unpacked, from the lowest on; only where one image is asked for. */
  readonly diffIds: readonly string[]
  /** `NAME=value`, as its containers get it; only where one image is asked for. */
  readonly environment: readonly string[]
}

export interface EngineEvent {
  readonly type: string
  readonly action: string
  readonly id: string
  readonly attributes: Readonly<Record<string, string>>
  readonly timeMs: number
}

/** How far a log was read: the time of the last line, and how many lines bear it. */
export interface LogCursor {
  readonly timeNs: bigint
  readonly linesAtTime: number
}

/** One sample of a running container. Bytes are counted since its start; null where the engine does not count them. */
export interface ContainerUsage extends Usage {
  readonly networkInBytes: number | null
  readonly networkOutBytes: number | null
  readonly diskReadBytes: number | null
  readonly diskWriteBytes: number | null
}

export interface PullProgress {
  readonly layers: readonly Omit<LayerProgress, 'service'>[]
}

/**
 * The Docker engine of one host, over that host's one connection. Every call has a deadline, settles when the
 * connection is lost (`host.connection-lost`), and throws SlipwayError only: `docker.not-found` for 404,
 * `docker.request-failed` with the engine's own words otherwise.
 */
export interface Engine {
  /** What the docker command has to be told to talk to this engine, as found last: nothing where it finds it by itself. */
  readonly cliFlags: readonly string[]
  /** Finds the socket and the route, checks API, architecture, Compose. Cached for the connection. Throws the `docker.*` code that fits. */
  info(options?: CallOptions): Promise<EngineInfo>
  ping(options?: CallOptions): Promise<void>
  listContainers(
    filter: { readonly labels?: readonly string[]; readonly all?: boolean },
    options?: CallOptions,
  ): Promise<ContainerRow[]>
  inspectContainer(id: string, options?: CallOptions): Promise<Container>
  /** One that runs already is no error. */
  startContainer(id: string, options?: CallOptions): Promise<void>
  /** Asks it to end, and kills it after its own stop period. One that has ended is no error. */
  stopContainer(id: string, options?: CallOptions): Promise<void>
  inspectImage(reference: string, options?: CallOptions): Promise<ImageInfo | null>
  listImages(options?: CallOptions): Promise<ImageInfo[]>
  /** How many of an image's layers, from the lowest on, are here already, because an image of this engine has the same. */
  countKnownLayers(diffIds: readonly string[], options?: CallOptions): Promise<number>
  tagImage(source: string, target: string, options?: CallOptions): Promise<void>
  /** Removes one tag (and the image when it was the last). Missing is no error. */
  removeImage(reference: string, options?: CallOptions): Promise<void>
  /** Pulls `repository@sha256:…` or `repository:tag`. Errors inside the stream are errors. Deadline: none while progress comes; 60 s of silence fails. */
  pull(
    reference: string,
    options: { readonly onProgress?: (progress: PullProgress) => void; readonly signal?: AbortSignal },
  ): Promise<void>
  /** One sample of CPU, memory and traffic. Null for a container that is not running. */
  usage(id: string, options?: CallOptions): Promise<ContainerUsage | null>
  /** The last lines of a container's log, stdout and stderr in time order, decoded. For evidence, not for following. */
  logTail(id: string, lines: number, options?: CallOptions): Promise<string>
  /** Lines since an earlier look (null: since the container was made), for steps that watch one log for a while. */
  logAfter(
    id: string,
    cursor: LogCursor | null,
    options?: CallOptions,
  ): Promise<{ readonly lines: readonly string[]; readonly cursor: LogCursor | null }>
  /** Logs as bytes with their times, for following and searching. */
  readonly logs: EngineLogs
  /** Live events until `signal` aborts; the iterator throws when the connection is lost. */
  events(signal: AbortSignal): AsyncIterable<EngineEvent>
  /** Free and total bytes where the engine keeps images, from the host's `df`; null where it cannot be known. */
  diskSpace(
    options?: CallOptions,
  ): Promise<{ readonly path: string; readonly freeBytes: number; readonly totalBytes: number } | null>
}
