import { expect, it } from 'vitest'
import { hostKeyCommand } from './host-key-command.ts'

it.each([
  ['ssh-ed25519', 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub'],
  ['ecdsa-sha2-nistp256', 'ssh-keygen -lf /etc/ssh/ssh_host_ecdsa_key.pub'],
  ['rsa-sha2-512', 'ssh-keygen -lf /etc/ssh/ssh_host_rsa_key.pub'],
])('names the file of a %s key', (algorithm, command) => expect(hostKeyCommand(algorithm)).toBe(command))
