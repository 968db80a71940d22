import type { EngineInfo } from '../../shared/contract/hosts.ts'
import { isSlipwayError, SlipwayError } from '../../shared/errors.ts'
import type { Host } from '../hosts/host.ts'
import { findDockerCommand } from './docker-command.ts'
import type { Engine } from './engine.ts'
import { versionAnswerSchema } from './engine-answers.ts'
import { abortable, type EngineConnection } from './engine-connection.ts'
import { socketPathOf } from './engine-route.ts'

/** The first Compose whose `config --hash`, `up --pull` and labels are those that Slipway relies on. */
export const OLDEST_COMPOSE = '2.20.0'
/** The CLI starts its plugin, which may be slow on a small machine that is busy. */
const COMPOSE_TIMEOUT_MS = 20_000

/** `Engine.info`: asked once for a connection, shared by all callers; a failure is not kept. */
export function createEngineInfo(host: Host, connection: EngineConnection): Engine['info'] {
  let known: Promise<EngineInfo> | null = null
  connection.onReset(() => {
    known = null
  })
  return ({ signal } = {}) => {
    if (known === null) {
      const reading = readInfo(host, connection)
      known = reading
      reading.catch(() => {
        if (known === reading) known = null
      })
    }
    return abortable(known, signal)
  }
}

async function readInfo(host: Host, connection: EngineConnection): Promise<EngineInfo> {
  const route = await connection.route()
  const request = { method: 'GET', path: '/version', task: 'say its version' } as const
  const version = await connection.callJson(request, versionAnswerSchema)
  if (version.Os !== 'linux') {
    throw new SlipwayError(
      'docker.wrong-architecture',
      `The Docker engine on ${host.label} runs ${version.Os} containers; Slipway operates Linux ones.`,
      { hint: 'Switch the engine to Linux containers.', details: { os: version.Os, architecture: version.Arch } },
    )
  }
  return {
    route: route.kind,
    socketPath: socketPathOf(route.endpoint) ?? route.endpoint.url,
    socketSource: route.endpoint.source,
    version: version.Version,
    apiVersion: version.ApiVersion,
    composeVersion: await readComposeVersion(host, connection),
    os: version.Os,
    architecture: version.Arch,
  }
}

async function readComposeVersion(host: Host, connection: EngineConnection): Promise<string> {
  const docker = await findDockerCommand(host, connection)
  const { stdout, stderr, code } = await host
    .exec([docker.path, 'compose', 'version', '--short'], {
      okCodes: 'any',
      timeoutMs: COMPOSE_TIMEOUT_MS,
      sudo: docker.sudo,
    })
    .catch((error: unknown) => {
      if (isSlipwayError(error) && error.code === 'host.command-missing') return { stdout: '', stderr: '', code: 127 }
      throw error
    })
  const version = /(\d+)\.(\d+)(?:\.(\d+))?[^\s]*/.exec(stdout)?.[0]
  if (code !== 0 || version === undefined) {
    throw new SlipwayError('docker.compose-missing', `Docker on ${host.label} has no Compose plugin.`, {
      hint: 'Install it on the host: `sudo apt-get install docker-compose-plugin`, or see https://docs.docker.com/compose/install/linux/.',
      state: 'Nothing was changed.',
      details: { output: `${stdout}${stderr}`.trim().slice(0, 2000) },
    })
  }
  if (isOlder(version, OLDEST_COMPOSE)) {
    throw new SlipwayError(
      'docker.compose-too-old',
      `Compose on ${host.label} is ${version}; Slipway needs ${OLDEST_COMPOSE} or newer.`,
      { hint: 'Upgrade the Compose plugin on the host.', state: 'Nothing was changed.', details: { version } },
    )
  }
  return version
}

/** Compares by the three numbers; what follows them (`-desktop.1`, `+ds1`) says nothing of features. */
export function isOlder(version: string, limit: string): boolean {
  const left = version
    .split(/[.+~-]/)
    .slice(0, 3)
    .map(Number)
  const right = limit.split('.').map(Number)
  for (const [index, wanted] of right.entries()) {
    const difference = (left[index] ?? 0) - wanted
    if (difference !== 0) return difference < 0
  }
  return false
}
