import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ComposeProject } from '../docker/compose.ts'
import { buildStopArgv, buildUpArgv, stopSubcommand, upSubcommand } from '../docker/compose-argv.ts'
import { buildCommandLine } from '../hosts/quote.ts'
import { commandsToRestoreData, describeCompose } from './commands.ts'
import { composeRunArgv, runSubcommand } from './compose-run-argv.ts'
import { makeSharedStack } from './sample-restore.ts'
import { createShow, type ShowFor } from './show-command.ts'

let folder: string
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'shown-')))
  mkdirSync(join(folder, 'a stack'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Another engine than the one that the docker command would find. */
const flags = ['--host', 'unix:///run/user/1000/docker.sock']
const session = {
  host: {
    usesSudo: false,
    describeCommand: (argv: readonly string[], options: object = {}) => buildCommandLine(argv, options),
  },
  engine: { cliFlags: flags },
} as unknown as ShowFor

/** What `docker` is given when somebody pastes a line into a shell, with whole paths. */
function paste(line: string): string[] {
  const script = `docker() { pwd; for word in "$@"; do printf '%s\\n' "$word"; done; }\n${line}`
  const [directory = '', ...words] = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).trimEnd().split('\n')
  return withWholePaths(words, directory)
}

function withWholePaths(words: readonly string[], directory: string): string[] {
  return words.map((word, index) =>
    ['-f', '--env-file'].includes(words[index - 1] ?? '') && !isAbsolute(word) ? join(directory, word) : word,
  )
}

/** Without what only shapes the output, and the project directory where it is that of the first file anyway. */
function essence([, ...argv]: readonly string[], { directory, files }: ComposeProject): string[] {
  const line = argv.join('\n').replace('\n--ansi\nnever\n--progress\nplain', '')
  const isUsual = files[0]?.startsWith(`${directory}/`)
  return (isUsual ? line.replace(`\n--project-directory\n${directory}`, '') : line).split('\n')
}

const project = (change: Partial<ComposeProject> = {}): ComposeProject => {
  const directory = join(folder, 'a stack')
  return { project: 'shop', directory, files: [join(directory, 'compose.yaml')], envFiles: [], ...change }
}

describe('what is shown is what is run', () => {
  const docker = { path: '/usr/bin/docker', flags }
  const services = ['web', 'worker']
  const job = { service: 'web', argv: ['migrate', "--note=it's done", '$HOME'] }

  test.each<[string, () => ComposeProject]>([
    ['one file in its directory', () => project()],
    ['several files, from elsewhere too', () => project({ files: [join(folder, 'a stack/a.yml'), '/srv/b.yml'] })],
    [
      'files that all are elsewhere',
      () => project({ files: ['/srv/b.yml'], envFiles: [join(folder, 'a stack/x.env')] }),
    ],
  ])('for %s', (_title, find) => {
    const at = find()
    const shown = (rest: readonly string[]) => paste(describeCompose(createShow(session), at, rest))
    for (const mode of [{}, { alone: true }, { noStart: true }]) {
      expect(shown(upSubcommand(services, mode))).toEqual(essence(buildUpArgv(docker, at, services, mode), at))
    }
    expect(shown(stopSubcommand(services))).toEqual(essence(buildStopArgv(docker, at, services), at))
    const run = ['docker', ...flags, ...composeRunArgv(at, job, 'an-operation')]
    expect(shown(runSubcommand(job, 'an-operation'))).toEqual(essence(run, at))
  })
})

test('before data is restored by hand, what Compose does not know any more is stopped by its name', () => {
  const commands = commandsToRestoreData(makeSharedStack('data'), 'a-backup', ['web'])
  const [byCompose, byName] = commands
  expect(byCompose).toMatch(/^docker compose .*stop -- web pool$/)
  expect(byName).toBe('docker stop acme-old-worker-1')
  // Those of the plan have steps of their own.
  expect(commands.at(-1)).toBe('docker start acme-pool-1 acme-old-worker-1')
})
