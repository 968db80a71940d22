import { describe, expect, it } from 'vitest'
import { chooseEndpoint, parseEndpointFindings } from './endpoint-findings.ts'

const M = 'slipway-0123'
const section = (name: string, text: string): string => `\n${M} ${name}\n${text}`
const context = (name: string, url: string): string =>
  section('context', JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker: { Host: url } } }))
const choose = (...sections: string[]) => chooseEndpoint(parseEndpointFindings(sections.join(''), M), 'vm')

const NOTHING = ['session-host', 'session-context', 'login-host', 'login-context', 'config', 'end'].map((name) =>
  section(name, ''),
)
const ROOTLESS = section('rootless', '/run/user/1000/docker.sock')
const CONFIG = section('config', '{"auths":{},"currentContext":"desk"}')

describe('the engine is looked for where the docker command looks', () => {
  it.each([
    ['nothing is set', NOTHING, { url: 'unix:///var/run/docker.sock', source: 'default' }],
    [
      'a rootless engine runs',
      [...NOTHING, ROOTLESS],
      { url: 'unix:///run/user/1000/docker.sock', source: 'rootless' },
    ],
    [
      'a context is current',
      [...NOTHING, CONFIG, context('desk', 'unix:///srv/d.sock'), ROOTLESS],
      { url: 'unix:///srv/d.sock', source: 'context' },
    ],
    [
      'the context is the default one',
      [section('config', '{"currentContext":"default"}')],
      { url: 'unix:///var/run/docker.sock', source: 'default' },
    ],
    [
      'DOCKER_CONTEXT beats the configuration',
      [section('login-context', 'b'), CONFIG, context('b', 'unix:///b.sock')],
      { url: 'unix:///b.sock', source: 'context' },
    ],
    [
      'DOCKER_HOST beats all',
      [section('login-host', 'unix:///h.sock'), CONFIG, ROOTLESS],
      { url: 'unix:///h.sock', source: 'environment' },
    ],
    [
      'the login shell beats the session',
      [section('session-host', 'unix:///s.sock'), section('login-host', 'unix:///l.sock')],
      { url: 'unix:///l.sock', source: 'environment' },
    ],
    [
      'the profile prints a greeting',
      ['Welcome!\n', section('login-host', 'unix:///l.sock')],
      { url: 'unix:///l.sock', source: 'environment' },
    ],
    [
      'a context needs TLS',
      [CONFIG, context('desk', 'tcp://10.0.0.1:2376')],
      { url: 'tcp://10.0.0.1:2376', source: 'context', context: 'desk' },
    ],
    [
      'the configuration is broken',
      [section('config', '{oops'), ROOTLESS],
      { url: 'unix:///run/user/1000/docker.sock', source: 'rootless' },
    ],
  ])('when %s', (_name, sections, expected) => {
    expect(choose(...sections)).toEqual(expected)
  })

  it('says so when the current context does not exist', () => {
    expect(() => choose(CONFIG)).toThrow(expect.objectContaining({ code: 'docker.socket-missing' }))
  })
})
