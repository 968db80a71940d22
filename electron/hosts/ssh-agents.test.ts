import { homedir } from 'node:os'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { agentCandidates, findAgent } from './ssh-agents.ts'

const PIPE = '\\\\.\\pipe\\openssh-ssh-agent'
const OTHER_PIPE = '\\\\.\\pipe\\other-agent'
const SOCKET = '/run/user/1000/agent.sock'

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('the agents that are asked', () => {
  it.each<[string, NodeJS.Platform, string | undefined, string[]]>([
    ['auto', 'linux', SOCKET, [SOCKET]],
    ['auto', 'linux', undefined, []],
    ['auto', 'linux', '', []],
    ['auto', 'darwin', SOCKET, [SOCKET]],
    ['auto', 'win32', undefined, [PIPE, 'pageant']],
    ['auto', 'win32', '', [PIPE, 'pageant']],
    ['auto', 'win32', OTHER_PIPE, [OTHER_PIPE]],
    ['none', 'linux', SOCKET, []],
    ['none', 'win32', undefined, []],
    ['/run/agent', 'linux', SOCKET, ['/run/agent']],
    ['~/agent.sock', 'linux', SOCKET, [`${homedir()}/agent.sock`]],
    ['pageant', 'win32', OTHER_PIPE, ['pageant']],
    [OTHER_PIPE, 'win32', undefined, [OTHER_PIPE]],
  ])('of the setting %s on %s with SSH_AUTH_SOCK %s are %j', (setting, platform, socket, expected) => {
    expect(agentCandidates(setting, platform, { SSH_AUTH_SOCK: socket })).toEqual(expected)
  })
})

describe('an agent that is not there', () => {
  it('is nothing to complain about where it is only usual', async () => {
    vi.stubEnv('SSH_AUTH_SOCK', '/nowhere/agent.sock')
    expect(await findAgent('auto')).toBeNull()
  })

  it('is told where it was named', async () => {
    expect(await findAgent('/nowhere/agent.sock')).toEqual({
      problem: expect.stringMatching(/^The SSH agent at \/nowhere\/agent\.sock did not answer: /),
    })
  })
})
