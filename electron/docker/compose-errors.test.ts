import { describe, expect, it } from 'vitest'
import { toChangeError, toConfigError } from './compose-errors.ts'

const project = { project: 'shop', directory: '/srv/shop', files: ['/srv/shop/docker-compose.yml'], envFiles: [] }
const failed = (stderr: string) => ({ stdout: '', stderr, code: 1 })

describe('a failed change', () => {
  it.each([
    [
      'Error response from daemon: Conflict. The container name "/shop-web-1" is already in use by container "0a1b"',
      'docker.name-conflict',
      'shop-web-1',
    ],
    [
      'Error response from daemon: driver failed programming external connectivity on endpoint shop-web-1: Bind for 0.0.0.0:5010 failed: port is already allocated',
      'docker.request-failed',
      '0.0.0.0:5010',
    ],
    ['Error response from daemon: write /var/lib/docker/x: no space left on device', 'host.disk-full', 'disk is full'],
    [
      'Error response from daemon: No such image: localhost:5000/shop/web:9',
      'docker.not-found',
      'localhost:5000/shop/web:9',
    ],
    ['yaml: line 3: mapping values are not allowed in this context', 'stack.compose-invalid', 'line 3'],
    ['something new', 'docker.request-failed', 'something new'],
  ])('“%s” is %s', (stderr, code, said) => {
    const error = toChangeError('vm', project, 'bring up web', failed(stderr))
    expect(error.code).toBe(code)
    expect(error.message).toContain(said)
    expect(error.details?.output).toBe(stderr)
    expect(error.state).toBeTruthy()
  })

  it('leaves progress and warnings out of Compose’s words', () => {
    const stderr = 'time="x" level=warning msg="The \\"A\\" variable is not set."\n\nno such thing\n'
    expect(toChangeError('vm', project, 'stop web', failed(stderr)).details?.output).toBe('no such thing')
  })
})

describe('a broken environment file', () => {
  it('never shows the line itself, which may hold a secret', () => {
    const stderr =
      'failed to read /srv/shop/.env: line 2: unexpected character "!" in variable name near "PASS!=hunter2\\nB=1"'
    const error = toConfigError('vm', project, stderr)
    expect(error.code).toBe('stack.env-invalid')
    expect(error.details).toMatchObject({ file: '/srv/shop/.env', line: '2' })
    expect(JSON.stringify({ ...error, message: error.message })).not.toContain('hunter2')
  })

  it('names the variable that is required', () => {
    const stderr =
      'error while interpolating services.web.environment.KEY: required variable KEY is missing a value: set it'
    const error = toConfigError('vm', project, stderr)
    expect(error.code).toBe('stack.env-invalid')
    expect(error.message).toContain('KEY')
    expect(error.hint).toContain('set it')
  })
})
