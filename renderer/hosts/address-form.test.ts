import { describe, expect, it } from 'vitest'
import { hostTargetSchema } from '../../shared/contract/hosts.ts'
import { hostnameProblem, INITIAL_ADDRESS, portProblem, toTarget, userProblem } from './address-form.ts'

describe('the address form', () => {
  it.each([
    ['vm.example.org', null],
    ['10.0.0.1', null],
    ['fe80::1', null],
    ['  ', 'Name or IP address of the machine'],
    ['ops@vm', 'The user goes into its own field'],
    ['http://vm', 'Only a name or an IP address'],
  ])('judges the host %j', (hostname, problem) => expect(hostnameProblem(hostname)).toBe(problem))

  it.each([22, '2222', 1, 65_535])('takes the port %s', (port) => expect(portProblem(port)).toBeNull())
  it.each(['', 0, 65_536, 'ssh', 22.5])('refuses the port %j', (port) => expect(portProblem(port)).not.toBeNull())

  it('wants a user', () => expect([userProblem(' '), userProblem('ops')]).toEqual(['The user to sign in as', null]))

  it('hands over a target that the contract accepts, jump hosts outermost first', () => {
    const target = toTarget({
      ...INITIAL_ADDRESS,
      hostname: ' vm.example.org ',
      user: 'ops',
      port: '2200',
      agent: 'path',
      agentPath: '~/agent.sock',
      keyFiles: ['~/.ssh/id_ed25519', ' '],
      jumps: [{ key: 'k', hostname: 'bastion', port: 22, user: 'jump' }],
    })
    const auth = { agent: '~/agent.sock', keyFiles: ['~/.ssh/id_ed25519'], password: true }
    expect(hostTargetSchema.parse(target)).toEqual({
      kind: 'ssh',
      hostname: 'vm.example.org',
      port: 2200,
      user: 'ops',
      auth,
      jumps: [{ hostname: 'bastion', port: 22, user: 'jump', auth }],
      compression: false,
    })
  })
})
