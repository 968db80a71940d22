import { describe, expect, it } from 'vitest'
import { type EngineFindings, type JudgedHost, judgeFindings, parseFindings } from './engine-diagnosis.ts'

const FINE: EngineFindings = {
  exists: true,
  isSocket: true,
  isWritable: true,
  owner: 'root:docker 660',
  isListening: true,
  daemonRuns: true,
  isMember: false,
  cliWorks: true,
  cliOutput: '1.45',
}
const HOST: JudgedHost = {
  label: 'vm',
  usesSudo: false,
  facts: { user: 'deploy', canSudo: false, dockerPath: '/usr/bin/docker' },
  endpoint: { url: 'unix:///var/run/docker.sock', source: 'default' },
  ways: { direct: new Error('open failed'), dial: null, sudo: null },
}
const NO_CLI = { ...HOST.facts, dockerPath: null }
const GONE = { exists: false, isSocket: false, isWritable: false, isListening: false, cliWorks: false, cliOutput: '' }
const REFUSES = { cliWorks: false, cliOutput: 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock.' }

describe('a closed way to the engine has one precise cause', () => {
  it.each<[string, Partial<EngineFindings>, Partial<JudgedHost>, string]>([
    ['nothing is installed', { ...GONE, daemonRuns: false }, { facts: NO_CLI }, 'docker.not-installed'],
    ['the engine was stopped', { ...GONE, daemonRuns: false }, {}, 'docker.engine-down'],
    ['the engine was killed', { ...REFUSES, isListening: false, daemonRuns: false }, {}, 'docker.engine-down'],
    [
      'killed, and no CLI',
      { ...REFUSES, cliOutput: '', isListening: false, daemonRuns: false },
      { facts: NO_CLI },
      'docker.engine-down',
    ],
    ['the engine listens elsewhere', GONE, {}, 'docker.socket-missing'],
    [
      'the context names a missing socket',
      { ...GONE, daemonRuns: false },
      { endpoint: { url: 'unix:///srv/d.sock', source: 'context' } },
      'docker.socket-missing',
    ],
    ['the path is a directory', { isSocket: false }, {}, 'docker.socket-missing'],
    ['the user is not in the group', { isWritable: false, cliWorks: false }, {}, 'docker.not-in-group'],
    ['sudo asks for a password', { isWritable: false, cliWorks: false }, { usesSudo: true }, 'host.sudo-refused'],
    [
      'sshd forbids it, and there is no CLI',
      { cliWorks: false, cliOutput: '' },
      { facts: NO_CLI },
      'host.forwarding-forbidden',
    ],
    ['sshd forbids both', {}, {}, 'host.forwarding-forbidden'],
    [
      'an engine on the network does not answer',
      { ...GONE, ...REFUSES },
      { endpoint: { url: 'tcp://10.0.0.1:2375', source: 'environment' } },
      'docker.engine-down',
    ],
  ])('%s', (_name, found, host, code) => {
    const error = judgeFindings({ ...FINE, ...found }, { ...HOST, ...host })
    expect(error.code).toBe(code)
    expect(error.hint).toBeTruthy()
    expect(error.state).toBe('Nothing was changed.')
  })

  it('names the way into the group, and sudo where it is open', () => {
    const closed = { ...FINE, isWritable: false, cliWorks: false }
    expect(judgeFindings(closed, HOST).hint).toContain('sudo usermod -aG docker deploy')
    expect(judgeFindings(closed, HOST).hint).not.toContain('by sudo')
    expect(judgeFindings(closed, { ...HOST, facts: { ...HOST.facts, canSudo: true } }).hint).toContain('by sudo')
    expect(judgeFindings({ ...closed, isMember: true }, HOST).hint).toContain('connect again')
  })
})

it('reads what the script says, an equals sign in a value included', () => {
  const found = parseFindings('exists=1\nsocket=1\nowner=root:docker 660\ncli=error: a=b \n')
  expect(found).toMatchObject({
    exists: true,
    isSocket: true,
    isWritable: false,
    owner: 'root:docker 660',
    cliOutput: 'error: a=b',
  })
})
