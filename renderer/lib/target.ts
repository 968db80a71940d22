import type { HostTarget, SshHop } from '../../shared/contract/hosts.ts'

/** Port that is not worth saying. */
const SSH_PORT = 22

/** `ops@vm.example.org`, with the port where it is not 22. */
export function hopAddress({ user, hostname, port }: Pick<SshHop, 'user' | 'hostname' | 'port'>): string {
  return `${user}@${hostname}${port === SSH_PORT ? '' : `:${port}`}`
}

/** The way to a host in a line: `ops@vm.example.org via jump@bastion`. */
export function targetAddress(target: HostTarget): string {
  if (target.kind === 'local') return 'this computer'
  const jumps = target.jumps.map(hopAddress)
  return [hopAddress(target), ...jumps.map((jump) => `via ${jump}`).reverse()].join(' ')
}
