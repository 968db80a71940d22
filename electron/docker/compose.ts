import type { ExecOptions } from '../hosts/host.ts'

/** How `docker compose` is told which stack is meant: exactly as the running stack was started, so that hashes agree. */
export interface ComposeProject {
  readonly project: string
  /** Absolute project directory on the host. */
  readonly directory: string
  /** Absolute paths, in order. */
  readonly files: readonly string[]
  /** Absolute paths given by `--env-file`; empty: Compose's own default `.env`. */
  readonly envFiles: readonly string[]
}

/** A service of the resolved model (`docker compose config --format json`), with what Slipway uses of it. */
export interface ComposeService {
  readonly name: string
  readonly image: string | null
  readonly build: boolean
  readonly environment: Readonly<Record<string, string | null>>
  /** `required: false`: it is waited for only where it is there. */
  readonly dependsOn: Readonly<Record<string, { readonly condition: string; readonly required?: boolean }>>
  readonly ports: readonly {
    readonly target: number
    readonly published: string | null
    readonly hostIp: string | null
    readonly protocol: string
  }[]
  readonly volumes: readonly {
    readonly type: string
    readonly source: string | null
    readonly target: string
    readonly readOnly: boolean
  }[]
  readonly hasHealthcheck: boolean
  readonly restart: string | null
  readonly memoryLimitBytes: number | null
  readonly profiles: readonly string[]
  readonly scale: number
}

export interface ComposeModel {
  readonly name: string
  readonly services: Readonly<Record<string, ComposeService>>
  /** Volume key in the file → name in the engine. */
  readonly volumes: Readonly<Record<string, string>>
  readonly networks: Readonly<Record<string, string>>
  /** What Compose wrote on stderr: unset variables, obsolete keys. */
  readonly warnings: readonly string[]
}

type RunOptions = Pick<ExecOptions, 'signal' | 'timeoutMs' | 'onOutput'>

/** `docker compose` on a host. Argument builders are pure (`compose-argv.ts`) so that "show commands" and the run say the same. */
export interface Compose {
  /** Compose file or `.env` broken: `stack.compose-invalid` / `stack.env-invalid` with file, line and Compose's own words. */
  config(
    project: ComposeProject,
    options?: RunOptions & { readonly env?: Readonly<Record<string, string>> },
  ): Promise<ComposeModel>
  /** Config hash for each service, as `docker compose config --hash '*'` gives it; equals the container label when applied. */
  configHashes(project: ComposeProject, options?: RunOptions): Promise<Readonly<Record<string, string>>>
  /** The names of all services that the files have, those of inactive profiles among them. */
  allServices(project: ComposeProject, options?: RunOptions): Promise<readonly string[]>
  /**
   * Recreates services from the model: `up -d --no-build --pull never`. What they depend on is left alone: where Compose
   * would touch it (not applied, not running, not healthy), `--no-deps` is added, and the service is made without the
   * config hash of a plain `up`. So bring services up in the order of their dependencies. One-shot services that are
   * through are not run again.
   */
  up(project: ComposeProject, services: readonly string[], options?: RunOptions): Promise<void>
  stop(project: ComposeProject, services: readonly string[], options?: RunOptions): Promise<void>
  start(project: ComposeProject, services: readonly string[], options?: RunOptions): Promise<void>
}
