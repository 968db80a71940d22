import { expect, it } from 'vitest'
import {
  buildAllServicesArgv,
  buildConfigArgv,
  buildConfigHashArgv,
  buildStartArgv,
  buildStopArgv,
  buildUpArgv,
} from './compose-argv.ts'

const docker = { path: '/usr/bin/docker', flags: [] }
const project = {
  project: 'acme',
  directory: '/srv/acme',
  files: ['/srv/acme/docker-compose.yml'],
  envFiles: [],
}
const BEFORE = [
  ...['/usr/bin/docker', 'compose', '--ansi', 'never', '--progress', 'plain', '-p', 'acme'],
  ...['--project-directory', '/srv/acme', '-f', '/srv/acme/docker-compose.yml'],
]

it.each([
  ['config', buildConfigArgv(docker, project), ['config', '--format', 'json']],
  ['config hashes', buildConfigHashArgv(docker, project), ['config', '--hash', '*']],
  ['services of every profile', buildAllServicesArgv(docker, project), ['--profile', '*', 'config', '--services']],
  [
    'up',
    buildUpArgv(docker, project, ['web', 'worker']),
    ['up', '--detach', '--no-build', '--pull', 'never', '--', 'web', 'worker'],
  ],
  [
    'up alone',
    buildUpArgv(docker, project, ['web'], { alone: true }),
    ['up', '--detach', '--no-deps', '--no-build', '--pull', 'never', '--', 'web'],
  ],
  [
    'making containers without starting them',
    buildUpArgv(docker, project, ['web'], { noStart: true }),
    ['up', '--no-start', '--no-build', '--pull', 'never', '--', 'web'],
  ],
  ['stop', buildStopArgv(docker, project, ['web']), ['stop', '--', 'web']],
  ['start', buildStartArgv(docker, project, ['web']), ['start', '--', 'web']],
])('the command line of %s says just what is meant', (_name, argv, after) => {
  expect(argv).toEqual([...BEFORE, ...after])
})

it('names every file, in order, and the engine where the CLI would not find it', () => {
  const many = {
    ...project,
    files: ['/srv/a.yml', '/srv/b.yml'],
    envFiles: ['/srv/deploy/secrets.env', '/srv/x y.env'],
  }
  const argv = buildConfigArgv({ path: '/opt/docker', flags: ['--host', 'unix:///run/user/1000/docker.sock'] }, many)
  expect(argv).toEqual([
    ...['/opt/docker', '--host', 'unix:///run/user/1000/docker.sock', 'compose', '--ansi', 'never'],
    ...['--progress', 'plain', '-p', 'acme', '--project-directory', '/srv/acme'],
    ...['-f', '/srv/a.yml', '-f', '/srv/b.yml'],
    ...['--env-file', '/srv/deploy/secrets.env', '--env-file', '/srv/x y.env'],
    ...['config', '--format', 'json'],
  ])
})
