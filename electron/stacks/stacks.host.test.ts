import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SampleHost } from '../../e2e/host/sample-host.ts'
import { startSampleHost } from '../../e2e/host/start-sample-host.ts'
import { SAMPLE, services } from '../../e2e/sample-stack.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import { findDrift, type LocalImages } from './drift.ts'
import type { Stack } from './stack.ts'
import { openStackFixture, type StackFixture } from './stack-fixture.ts'
import { serviceVersion, stackVersion } from './stack-version.ts'

const folder = SAMPLE.directory
const composeFile = `${folder}/docker-compose.yml`
let sample: SampleHost
let fixture: StackFixture
let ref: StackRef

beforeAll(async () => {
  sample = await startSampleHost({ stacks: [SAMPLE.project] })
  fixture = openStackFixture(sample)
  await fixture.host.connect()
  ref = { hostId: fixture.host.id, project: SAMPLE.project }
})

afterAll(async () => {
  await fixture?.dispose()
  await sample?.dispose()
})

const run = (command: string) => sample.exec(['sh', '-c', command, 'sh'], { user: 'deploy' })
const compose = (argv: string) => run(`cd ${folder} && docker compose ${argv} 2>&1`)

/** Runs `task` with another text in a file of the stack, and puts the old one back. */
async function withFile(path: string, edit: (text: string) => string, task: () => Promise<void>): Promise<void> {
  const before = await sample.readFile(path)
  await sample.writeFile(path, edit(before))
  try {
    await task()
  } finally {
    await sample.writeFile(path, before)
  }
}

async function drift(stack: Stack): Promise<string[]> {
  const references = Object.values(stack.pins).map(({ reference }) => reference)
  const images: LocalImages = Object.fromEntries(
    await Promise.all(
      references.map(async (one) => [one, (await fixture.session.engine.inspectImage(one))?.id ?? null] as const),
    ),
  )
  return findDrift(stack, images).map(({ kind, service }) => `${kind} ${service}`)
}

describe('a running stack', () => {
  test('is found by its containers, with the files that it was started with', async () => {
    const [found] = await fixture.stacks.list(fixture.host.id)
    expect(found?.project).toEqual({ project: SAMPLE.project, directory: folder, files: [composeFile], envFiles: [] })
    expect(found?.rows).toHaveLength(4)
  })

  test('is read with its runbook, its pins and the place of each version', async () => {
    const stack = await fixture.stacks.read(ref)
    expect([stack.runbook.id, stack.runbookSource, stackVersion(stack)]).toEqual([SAMPLE.project, 'built-in', '0.10.0'])
    expect(Object.keys(stack.containers).sort()).toEqual([...services].sort())
    const lines = (await sample.readFile(composeFile)).split('\n')
    for (const service of services) {
      const location = stack.pins[service]?.location
      if (location?.kind !== 'compose') throw new Error(`No place was found for ${service}.`)
      expect(lines[location.line - 1]?.slice(location.column - 1)).toMatch(/^0\.10\.0/)
    }
  })

  test('runs as its files say', async () => {
    expect(await drift(await fixture.stacks.read(ref))).toEqual([])
  })

  test('is operated without a runbook by what its containers say', async () => {
    const { runbook, runbookSource } = await fixture.withoutRunbooks.read(ref)
    expect(runbookSource).toBe('generic')
    expect(runbook.services.map(({ name, upgrade }) => [name, upgrade])).toEqual([
      ['error-tracker', true],
      ['metrics-collector', true],
      ['browser-relay', true],
      ['log-viewer', true],
    ])
  })
})

describe('versions', () => {
  test('are those of the registry, newest first', async () => {
    const versions = await fixture.stacks.versions(ref)
    if (versions.kind !== 'checked') throw new Error(versions.error.message)
    expect(versions).toMatchObject({ current: '0.10.0', newest: '0.11.4' })
    expect(versions.versions.map(({ version, relation }) => `${version} ${relation}`)).toEqual([
      '0.12.0-rc.1 minor',
      '0.11.4 minor',
      '0.11.3 minor',
      '0.11.2 minor',
      '0.11.1 minor',
      '0.11.0 minor',
      '0.10.1 patch',
      '0.10.0 current',
      '0.9.0 downgrade',
    ])
  })

  test('that cannot be asked for are not "up to date"', async () => {
    await sample.failRegistry(429)
    try {
      const versions = await fixture.stacks.versions(ref)
      expect(versions).toMatchObject({ kind: 'unchecked', current: '0.10.0', error: { code: 'registry.rate-limited' } })
    } finally {
      await sample.failRegistry(0)
    }
  })

  test('of a moving tag are told by whether the registry still means the image that runs', async () => {
    const image = `${SAMPLE.images}/log-viewer`
    const standing = async () => {
      const versions = await fixture.stacks.versions(ref, ['log-viewer'])
      if (versions.kind !== 'checked') throw new Error(versions.error.message)
      return versions.services.map(({ current, standing: word }) => `${current} ${word}`)
    }
    const toLatest = (text: string) => text.replace(`${image}:0.10.0`, `${image}:latest`)
    await withFile(composeFile, toLatest, async () => {
      await compose('up --detach --pull always log-viewer')
      expect(await standing()).toEqual(['latest tag-same'])
      const id = (await run(`docker image inspect --format '{{.Id}}' ${image}:latest`)).stdout.trim()
      await run(`docker tag ${image}:0.10.0 ${image}:latest && docker push --quiet ${image}:latest`)
      expect(await standing()).toEqual(['latest tag-moved'])
      await run(`docker tag ${id} ${image}:latest && docker push --quiet ${image}:latest`)
    })
    await compose('up --detach log-viewer')
    expect(await standing()).toEqual(['0.10.0 newer'])
  })

  test('of a service that does not exist are refused', async () => {
    await expect(fixture.stacks.versions(ref, ['nobody'])).rejects.toMatchObject({ code: 'stack.pin-not-found' })
  })
})

describe('an edit of the pins', () => {
  test('is what Compose then resolves, and changes nothing else', async () => {
    const stack = await fixture.stacks.read(ref)
    const tags = { 'error-tracker': '0.11.0', 'browser-relay': '0.11.0' }
    const [edit, ...others] = await fixture.stacks.editPins(stack, tags)
    expect(others).toEqual([])
    await withFile(
      composeFile,
      () => edit?.after ?? '',
      async () => {
        const edited = await fixture.stacks.read(ref)
        expect(
          Object.entries(edited.pins)
            .map(([service, { tag }]) => `${service} ${tag}`)
            .sort(),
        ).toEqual(['browser-relay 0.11.0', 'error-tracker 0.11.0', 'log-viewer 0.10.0', 'metrics-collector 0.10.0'])
        expect(edited.configHashes['log-viewer']).toBe(stack.configHashes['log-viewer'])
        expect((await drift(edited)).sort()).toEqual(['image-drift browser-relay', 'image-drift error-tracker'])
        expect(serviceVersion(edited, 'error-tracker')).toBe('0.10.0')
      },
    )
  })

  test('of a version behind a variable writes the .env file', async () => {
    const behindVariable = (text: string) =>
      text.replace('error-tracker:0.10.0', 'error-tracker:$' + '{TRACKER:-0.10.0}')
    await withFile(composeFile, behindVariable, async () => {
      const stack = await fixture.stacks.read(ref)
      expect(stack.pins['error-tracker']?.location).toMatchObject({ kind: 'variable', variable: 'TRACKER' })
      const [edit] = await fixture.stacks.editPins(stack, { 'error-tracker': '0.10.1' })
      expect(edit?.path).toBe(`${folder}/.env`)
      await withFile(
        `${folder}/.env`,
        () => edit?.after ?? '',
        async () => expect((await fixture.stacks.read(ref)).pins['error-tracker']?.tag).toBe('0.10.1'),
      )
    })
  })
})

describe('drift', () => {
  test('an edited setting that was not applied is seen', async () => {
    const edit = (text: string) => text.replace('LOG_LEVEL=info', 'LOG_LEVEL=debug')
    await withFile(`${folder}/.env`, edit, async () => {
      const found = await drift(await fixture.stacks.read(ref))
      expect(found.sort()).toEqual(services.map((service) => `not-applied ${service}`).sort())
    })
  })

  test('a stopped service, a leftover and an orphan are seen', async () => {
    const label = (name: string, value: string) => `--label com.docker.compose.${name}=${value}`
    const labels = `${label('project', SAMPLE.project)} ${label('service', 'old')} ${label('oneoff', 'False')}`
    const image = `${SAMPLE.images}/error-tracker:0.10.0`
    const leftover = `0123456789ab_${SAMPLE.project}-log-viewer-1`
    await compose('stop log-viewer')
    await run(`docker create --name old-1 ${labels} ${image}`)
    await run(`docker create --name ${leftover} ${labels} ${image}`)
    try {
      const stack = await fixture.stacks.read(ref)
      expect(await drift(stack)).toEqual(['stopped log-viewer', 'orphan null', 'leftover old'])
      expect(stack.leftovers.map(({ name }) => name)).toEqual([leftover])
      const underProfile = (text: string) =>
        text.replace(/^services:\n/m, `services:\n  old: { image: '${image}', profiles: [tools] }\n`)
      await withFile(composeFile, underProfile, async () => {
        const kinds = ['stopped log-viewer', 'inactive-profile null', 'leftover old']
        expect(await drift(await fixture.stacks.read(ref))).toEqual(kinds)
      })
      await withFile(composeFile, underProfile, () =>
        withFile(
          `${folder}/.env`,
          (text) => `${text}\nCOMPOSE_PROFILES=tools\n`,
          async () => {
            const { model, inactiveServices } = await fixture.stacks.read(ref)
            expect([Object.keys(model.services).includes('old'), inactiveServices]).toEqual([true, []])
          },
        ),
      )
    } finally {
      await run(`docker rm old-1 ${leftover}`)
      await compose('start log-viewer')
    }
  })
})

describe('a runbook in the directory of a stack', () => {
  const file = `${folder}/slipway.yaml`
  const write = (text: string) => sample.writeFile(file, text)
  afterAll(() => run(`rm -f ${file}`))

  test('counts before the built-in one that it changes', async () => {
    const { probes } = (await fixture.stacks.read(ref)).runbook
    await write(`extends: ${SAMPLE.project}\nname: Ours\ngate: { settleSeconds: 2 }\n`)
    const stack = await fixture.stacks.read(ref)
    expect([stack.runbookSource, stack.runbook.name, stack.runbook.gate.settleSeconds]).toEqual(['stack', 'Ours', 2])
    expect(stack.runbook.probes).toEqual(probes)
    expect(stack.binding.layers.map(({ source }) => source)).toEqual(['stack', 'built-in'])
  })

  test('that is broken is told with its place, and the stack is still read', async () => {
    await write(`extends: ${SAMPLE.project}\ngate: { settleSeconds: soon }\n`)
    const { stack, runbook } = await fixture.stacks.readPicture(ref)
    expect(stack?.runbookSource).toBe('built-in')
    expect(runbook.problems).toMatchObject([{ file, line: 2, column: 24, at: 'gate.settleSeconds' }])
  })
})

describe('a stack whose files are broken', () => {
  test.each([
    ['a Compose file that is no YAML', composeFile, 'services: [', 'stack.compose-invalid'],
    ['a Compose file that means nothing', composeFile, 'services:\n  api:\n    imge: x\n', 'stack.compose-invalid'],
    ['an .env file that cannot be read', `${folder}/.env`, 'A="never closed\n', 'stack.env-invalid'],
  ])('%s: its containers are still shown, with the reason', async (_title, path, text, code) => {
    await withFile(
      path,
      () => text,
      async () => {
        const picture = await fixture.stacks.readPicture(ref)
        expect(picture.stack).toBeNull()
        expect(picture.error?.code).toBe(code)
        expect(Object.keys(picture.containers).sort()).toEqual([...services].sort())
        expect(picture.runbook).toMatchObject({ id: SAMPLE.project, name: SAMPLE.name, generic: false })
        await expect(fixture.stacks.read(ref)).rejects.toMatchObject({ code })
      },
    )
  })

  test('a directory that is gone', async () => {
    await run(`mv ${folder} ${folder}-away`)
    try {
      expect((await fixture.stacks.readPicture(ref)).error?.code).toBe('stack.directory-missing')
      await expect(fixture.stacks.locate(ref)).resolves.toMatchObject({ slipwayDirectory: `${folder}/.slipway` })
    } finally {
      await run(`mv ${folder}-away ${folder}`)
    }
  })

  test('a stack that does not exist', async () => {
    await expect(fixture.stacks.read({ ...ref, project: 'nobody' })).rejects.toMatchObject({ code: 'stack.not-found' })
  })
})

describe('a recent picture', () => {
  const read = async () => (await fixture.stacks.readRecentPicture(ref)).stack

  test('has new containers and the same files, until somebody edits one', async () => {
    const first = await read()
    await run(`docker restart --time 1 ${SAMPLE.project}-log-viewer-1`)
    const second = await read()
    expect(second?.model).toBe(first?.model)
    const startOf = (stack: typeof first) => stack?.containers['log-viewer']?.[0]?.startedAt
    expect(startOf(second)).not.toBe(startOf(first))

    await withFile(
      `${folder}/.env`,
      (text) => `${text}# edited\n`,
      async () => expect((await read())?.model).not.toBe(first?.model),
    )
  })

  test('is made from the files as they are after it was forgotten', async () => {
    const first = await read()
    fixture.stacks.forgetRecent()
    expect((await read())?.model).not.toBe(first?.model)
  })
})

describe('a stack that was never started', () => {
  test('is added by its directory, and stays in the list when that goes away', async () => {
    const directory = '/home/deploy/My Shop'
    await run(
      `mkdir "${directory}" && printf 'services:\\n  web:\\n    image: acme/web:1.2.3\\n' > "${directory}/compose.yaml"`,
    )
    const added = await fixture.stacks.addDirectory(fixture.host.id, `${directory}/`)
    expect(added.project).toBe('myshop')
    const stack = await fixture.stacks.read(added)
    expect([stack.pins.web?.reference, stackVersion(stack)]).toEqual(['acme/web:1.2.3', '1.2.3'])
    expect(await drift(stack)).toEqual(['missing web'])
    expect((await fixture.stacks.list(fixture.host.id)).map(({ project }) => project.project)).toEqual([
      SAMPLE.project,
      'myshop',
    ])

    await run(`rm -r "${directory}"`)
    expect((await fixture.stacks.readPicture(added)).error?.code).toBe('stack.directory-missing')
  })

  test.each(['/home/deploy/nowhere', '/home/deploy/.ssh'])('%s is no directory of a stack', async (directory) => {
    const adding = fixture.stacks.addDirectory(fixture.host.id, directory)
    await expect(adding).rejects.toMatchObject({ code: 'stack.directory-missing' })
  })
})

describe('changes', () => {
  test('of a stack are told once for a burst of events, and after a lost connection', async () => {
    const end = new AbortController()
    const changes = fixture.stacks.watchChanges(fixture.host.id, end.signal)[Symbol.asyncIterator]()
    try {
      const first = changes.next()
      // The events are followed a moment after the call; a restart before that would go unseen.
      const restart = setInterval(() => void compose('restart -t 0 log-viewer').catch(() => {}), 3_000)
      expect((await first).value).toEqual(new Set<string>([SAMPLE.project]))
      clearInterval(restart)

      const afterCut = (async () => {
        for (;;) {
          const { value, done } = await changes.next()
          if (done || value === 'all') return value
        }
      })()
      await sample.killSshSessions()
      expect(await afterCut).toBe('all')
    } finally {
      end.abort()
      await changes.return?.()
    }
  })

  test('the engine is watched while somebody looks', async () => {
    const end = new AbortController()
    const kinds: string[] = []
    for await (const [view] of fixture.sessions.watchHosts(end.signal)) {
      kinds.push(view?.engine.kind ?? '')
      if (view?.engine.kind === 'ready') break
    }
    expect(kinds.at(-1)).toBe('ready')
    end.abort()
  })
})
