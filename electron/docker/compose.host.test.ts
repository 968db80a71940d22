import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SampleHost } from '../../e2e/host/sample-host.ts'
import { startSampleHost } from '../../e2e/host/start-sample-host.ts'
import { SAMPLE } from '../../e2e/sample-stack.ts'
import type { Host } from '../hosts/host.ts'
import type { Compose, ComposeProject } from './compose.ts'
import { createCompose } from './compose-cli.ts'
import { createEngine, type EngineClient } from './engine-client.ts'
import { connectSampleHost } from './sample-connection.ts'

const DIRECTORY = SAMPLE.directory
const FILE = `${DIRECTORY}/docker-compose.yml`
const project: ComposeProject = { project: SAMPLE.project, directory: DIRECTORY, files: [FILE], envFiles: [] }

/** The line itself, not the comment above it. */
const LOG_VIEWER_IMAGE = /^( {4}image: )"(\S+log-viewer):0\.10\.0"/m

let sample: SampleHost
let host: Host
let engine: EngineClient
let compose: Compose

beforeAll(async () => {
  sample = await startSampleHost({ stacks: [SAMPLE.project] })
  host = connectSampleHost(sample)
  engine = createEngine(host)
  compose = createCompose(host, engine)
})

afterAll(async () => {
  await host?.dispose()
  await sample?.dispose()
})

/** What the user gets who types it by hand, in the directory. */
async function typeUp(): Promise<string> {
  const typed = await sample.exec(`cd ${DIRECTORY} && docker compose --progress plain up -d 2>&1`, { user: 'deploy' })
  return typed.stdout
}

async function containerIds(): Promise<Record<string, string>> {
  const rows = await engine.listContainers({ labels: [`com.docker.compose.project=${SAMPLE.project}`], all: true })
  return Object.fromEntries(rows.map((row) => [row.labels['com.docker.compose.service'] ?? row.name, row.id]))
}

async function appliedHashes(): Promise<Record<string, string>> {
  const rows = await engine.listContainers({ labels: [`com.docker.compose.project=${SAMPLE.project}`], all: true })
  return Object.fromEntries(
    rows.map(({ labels }) => [
      labels['com.docker.compose.service'] ?? '',
      labels['com.docker.compose.config-hash'] ?? '',
    ]),
  )
}

/** Runs `task` with another text in a file, and puts the old one back. */
async function withFile(path: string, edit: (text: string) => string, task: () => Promise<void>): Promise<void> {
  const before = await sample.readFile(path)
  await sample.writeFile(path, edit(before))
  try {
    await task()
  } finally {
    await sample.writeFile(path, before)
  }
}

describe('Compose, driven from outside', () => {
  it('resolves the stack as Compose does', async () => {
    const model = await compose.config(project)
    expect(model.name).toBe(SAMPLE.project)
    expect(Object.keys(model.services).sort()).toEqual([
      'browser-relay',
      'error-tracker',
      'log-viewer',
      'metrics-collector',
    ])
    expect(model.services['browser-relay']).toMatchObject({
      image: `${SAMPLE.images}/browser-relay:0.10.0`,
      dependsOn: { 'error-tracker': { condition: 'service_healthy' } },
      hasHealthcheck: true,
      memoryLimitBytes: 31_457_280,
    })
  })

  it('gives the hashes that the running containers were made with', async () => {
    expect(await compose.configHashes(project)).toEqual(await appliedHashes())
  })

  it('recreates just the named service, so that a plain `docker compose up -d` finds all up to date', async () => {
    const before = await containerIds()
    await withFile(
      FILE,
      (text) => text.replace(/^( {4}image: \S+browser-relay):0\.10\.0/m, '$1:0.10.1'),
      async () => {
        await engine.pull(`${SAMPLE.images}/browser-relay:0.10.1`, {})
        await compose.up(project, ['browser-relay'])

        const after = await containerIds()
        expect(after['browser-relay']).not.toBe(before['browser-relay'])
        expect({ ...after, 'browser-relay': '' }).toEqual({ ...before, 'browser-relay': '' })
        expect(await compose.configHashes(project)).toEqual(await appliedHashes())

        const typed = await typeUp()
        expect(typed).not.toMatch(/recreat|creat/i)
        expect(await containerIds()).toEqual(after)
      },
    )
    await compose.up(project, ['browser-relay'])
    await typeUp()
  })

  it('stops and starts what it is told, and nothing where it is told nothing', async () => {
    await compose.stop(project, ['log-viewer'])
    const stopped = await engine.listContainers({ labels: ['com.docker.compose.service=log-viewer'], all: true })
    expect((await engine.inspectContainer(stopped[0]?.id ?? '')).state).toBe('exited')
    await compose.start(project, ['log-viewer'])
    await compose.stop(project, [])
    const rows = await engine.listContainers({ labels: [`com.docker.compose.project=${SAMPLE.project}`], all: true })
    expect(rows.map((row) => row.state)).toEqual(['running', 'running', 'running', 'running'])
  })

  it('warns of variables that are not set', async () => {
    await withFile(
      FILE,
      (text) => text.replace(LOG_VIEWER_IMAGE, '$1$2:${SLIPWAY_TEST_TAG}0.10.0'),
      async () => {
        const { warnings } = await compose.config(project)
        expect(warnings).toEqual([expect.stringContaining('SLIPWAY_TEST_TAG')])
      },
    )
  })

  it('takes values for variables with it', async () => {
    await withFile(
      FILE,
      (text) => text.replace(LOG_VIEWER_IMAGE, '$1$2:${SLIPWAY_TEST_TAG}'),
      async () => {
        const { services } = await compose.config(project, { env: { SLIPWAY_TEST_TAG: '9.9.9' } })
        expect(services['log-viewer']?.image).toMatch(/log-viewer:9\.9\.9$/)
      },
    )
  })
})

describe('a broken stack is refused with its place', () => {
  it.each([
    ['YAML that is none', (text: string) => text.replace('services:', 'services:\n  x: [1\n'), { file: FILE }],
    [
      'a key that Compose does not know',
      (text: string) => text.replace(LOG_VIEWER_IMAGE, '    imag: x'),
      { file: FILE },
    ],
  ])('%s', async (_name, edit, details) => {
    await withFile(FILE, edit, async () => {
      await expect(compose.config(project)).rejects.toMatchObject({ code: 'stack.compose-invalid', details })
    })
  })

  it('a directory that is gone', async () => {
    const moved = { ...project, directory: '/home/deploy/gone' }
    await expect(compose.config(moved)).rejects.toMatchObject({ code: 'stack.directory-missing' })
  })

  it('a Compose file that is gone', async () => {
    const files = [`${DIRECTORY}/gone.yml`]
    await expect(compose.config({ ...project, files })).rejects.toMatchObject({
      code: 'stack.compose-invalid',
      details: { file: files[0] },
    })
  })

  it('a required variable that is not set', async () => {
    await withFile(
      FILE,
      (text) => text.replace(LOG_VIEWER_IMAGE, '$1$2:${SLIPWAY_TEST_TAG:?name a version}'),
      async () => {
        await expect(compose.config(project)).rejects.toMatchObject({
          code: 'stack.env-invalid',
          details: { variable: 'SLIPWAY_TEST_TAG' },
          hint: expect.stringContaining('name a version'),
        })
      },
    )
  })

  it('a line of the environment file that is no setting, without showing it', async () => {
    await sample.writeFile(`${DIRECTORY}/broken.env`, 'A=1\nPASS WORD!=hunter2\n')
    const broken = { ...project, envFiles: [`${DIRECTORY}/broken.env`] }
    const error = await compose.config(broken).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'stack.env-invalid', details: { file: `${DIRECTORY}/broken.env` } })
    expect(JSON.stringify(error)).not.toContain('hunter2')
  })

  it('an environment file that is gone', async () => {
    const gone = { ...project, envFiles: [`${DIRECTORY}/gone.env`] }
    await expect(compose.config(gone)).rejects.toMatchObject({
      code: 'stack.env-invalid',
      details: { file: `${DIRECTORY}/gone.env` },
    })
  })
})

it('never shows a value of the environment in what it throws', async () => {
  const secret = /ERROR_TRACKER_API_KEY=(\S+)/.exec(await sample.readFile(`${DIRECTORY}/.env`))?.[1] ?? ''
  expect(secret).not.toBe('')
  await withFile(
    FILE,
    (text) => text.replace('LOG_LEVEL=', 'X=${ERROR_TRACKER_API_KEY} ${unclosed\n      - LOG_LEVEL='),
    async () => {
      const error = await compose.config(project).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'stack.compose-invalid' })
      expect(JSON.stringify(error)).not.toContain(secret)
    },
  )
})

describe('a service whose dependency is not as the files say', () => {
  it('is brought up without touching that dependency', async () => {
    const before = await containerIds()
    await withFile(
      FILE,
      (text) => text.replace(/LOG_LEVEL=\S+/g, 'LOG_LEVEL=debug'),
      async () => {
        await compose.up(project, ['browser-relay'])
        const after = await containerIds()
        expect(after['browser-relay']).not.toBe(before['browser-relay'])
        expect({ ...after, 'browser-relay': '' }).toEqual({ ...before, 'browser-relay': '' })
      },
    )
    await compose.up(project, ['browser-relay'])
  })
})

describe('a failed `up` has its cause', () => {
  it('an image that is not on the host is not pulled', async () => {
    await withFile(
      FILE,
      (text) => text.replace(LOG_VIEWER_IMAGE, '$1$2:0.11.0'),
      async () => {
        await expect(compose.up(project, ['log-viewer'])).rejects.toMatchObject({ code: 'docker.not-found' })
      },
    )
  })

  it('another container has the name', async () => {
    await withFile(
      FILE,
      (text) => text.replace(/(\n {2}log-viewer:\n)/, '$1    container_name: taken\n'),
      async () => {
        const { imageId } = (await engine.listContainers({}))[0] ?? { imageId: '' }
        await sample.exec(['docker', 'create', '--name', 'taken', imageId])
        const error = await compose.up(project, ['log-viewer']).catch((thrown: unknown) => thrown)
        expect(error).toMatchObject({ code: 'docker.name-conflict', message: expect.stringContaining('taken') })
        await sample.exec(['docker', 'rm', '--force', 'taken'])
      },
    )
  })

  it('a port is taken', async () => {
    await withFile(
      FILE,
      (text) => text.replace(/5011:8000/, '5010:8000'),
      async () => {
        const error = await compose.up(project, ['log-viewer']).catch((thrown: unknown) => thrown)
        expect(error).toMatchObject({ code: 'docker.request-failed', message: expect.stringContaining(':5010') })
      },
    )
    await compose.up(project, ['log-viewer'])
  })
})
