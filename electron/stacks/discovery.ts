import { posix } from 'node:path'
import type { ComposeProject } from '../docker/compose.ts'
import type { ContainerRow } from '../docker/engine.ts'

/** Labels that Compose puts on each container of a project. */
export const LABELS = {
  project: 'com.docker.compose.project',
  directory: 'com.docker.compose.project.working_dir',
  files: 'com.docker.compose.project.config_files',
  envFiles: 'com.docker.compose.project.environment_file',
  service: 'com.docker.compose.service',
  oneOff: 'com.docker.compose.oneoff',
  number: 'com.docker.compose.container-number',
  configHash: 'com.docker.compose.config-hash',
} as const

/** A Compose project that the engine knows of, running or stopped. */
export interface DiscoveredProject {
  readonly project: ComposeProject
  /** Without one-off containers (`docker compose run`). */
  readonly rows: readonly ContainerRow[]
}

/** The projects of all containers of a host, by name. */
export function groupProjects(rows: readonly ContainerRow[]): DiscoveredProject[] {
  const byProject = new Map<string, ContainerRow[]>()
  for (const row of rows) {
    const name = row.labels[LABELS.project]
    if (name === undefined || name === '' || isOneOff(row.labels)) continue
    const group = byProject.get(name)
    if (group === undefined) byProject.set(name, [row])
    else group.push(row)
  }
  return [...byProject]
    .map(([name, group]) => ({ project: readProject(name, group), rows: group }))
    .sort((a, b) => a.project.project.localeCompare(b.project.project))
}

export function isOneOff(labels: Readonly<Record<string, string>>): boolean {
  return labels[LABELS.oneOff]?.toLowerCase() === 'true'
}

/**
 * How the project was started last: containers that an `up` left alone keep older labels, so the newest container
 * that says where it comes from speaks for all.
 */
function readProject(name: string, rows: readonly ContainerRow[]): ComposeProject {
  const newestFirst = rows.toSorted((a, b) => b.createdAtSeconds - a.createdAtSeconds)
  const speaker = newestFirst.find(({ labels }) => labels[LABELS.directory] && labels[LABELS.files]) ?? newestFirst[0]
  const labels = speaker?.labels ?? {}
  const directory = labels[LABELS.directory] ?? ''
  return {
    project: name,
    directory,
    files: splitPaths(labels[LABELS.files], directory),
    envFiles: splitPaths(labels[LABELS.envFiles], directory),
  }
}

function splitPaths(label: string | undefined, directory: string): string[] {
  return (label ?? '')
    .split(',')
    .map((path) => path.trim())
    .filter((path) => path !== '')
    .map((path) => (path.startsWith('/') || directory === '' ? path : posix.join(directory, path)))
}

const LEFTOVER_NAME = /^[0-9a-f]{12}_/

/**
 * Whether a container is what an interrupted recreate left: Compose renames the old one to `<id>_<name>` before it
 * makes the new one.
 */
export function isLeftover(name: string): boolean {
  return LEFTOVER_NAME.test(name)
}
