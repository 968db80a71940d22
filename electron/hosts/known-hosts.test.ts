import { createHmac, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  fingerprintOf,
  formatKnownHost,
  judgeHostKey,
  keyTypeOf,
  knownHostName,
  orderHostKeyAlgorithms,
  parseKnownHosts,
} from './known-hosts.ts'

/** A key blob of a type, made up from a letter. */
function keyOf(type: string, letter = 'a'): Buffer {
  const field = (bytes: Buffer) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    return Buffer.concat([length, bytes])
  }
  return Buffer.concat([field(Buffer.from(type)), field(Buffer.alloc(32, letter))])
}

function hashed(name: string, salt = randomBytes(20)): string {
  const hash = createHmac('sha1', salt).update(name).digest('base64')
  return `|1|${salt.toString('base64')}|${hash}`
}

const ED = keyOf('ssh-ed25519')
const OTHER_ED = keyOf('ssh-ed25519', 'b')
const RSA = keyOf('ssh-rsa')
const line = (hosts: string, key: Buffer = ED) => `${hosts} ${keyTypeOf(key)} ${key.toString('base64')}`
const judge = (text: string, host = 'vm.example', port = 22, key: Buffer = ED) =>
  judgeHostKey(parseKnownHosts(text, 'known_hosts'), host, port, key)

describe('a host is known', () => {
  it.each([
    ['by its name', 'vm.example', 'vm.example', 22],
    ['whatever the case', 'VM.Example', 'vm.exAMPLE', 22],
    ['in a list', 'other,vm.example,203.0.113.7', '203.0.113.7', 22],
    ['by name and port', '[vm.example]:2222', 'vm.example', 2222],
    ['by IPv6 address', '2001:db8::1', '2001:db8::1', 22],
    ['by IPv6 address and port', '[2001:db8::1]:2222', '2001:db8::1', 2222],
    ['by a star', '*.example', 'a.b.example', 22],
    ['by a star and a port', '[*.example]:2222', 'vm.example', 2222],
    ['by a question mark', 'vm?.example', 'vm1.example', 22],
    ['by a hashed name', hashed('vm.example'), 'vm.example', 22],
    ['by a hashed name, whatever the case', hashed('vm.example'), 'VM.example', 22],
    ['by a hashed name and port', hashed('[vm.example]:2222'), 'vm.example', 2222],
  ])('%s', (_, hosts, host, port) => {
    expect(judge(line(hosts), host, port)).toEqual({ kind: 'known' })
  })

  it.each([
    ['another name', 'vm.example', 'vm.example.org', 22],
    ['part of the name', 'example', 'vm.example', 22],
    ['another port', 'vm.example', 'vm.example', 2222],
    ['a port where there is none', '[vm.example]:2222', 'vm.example', 22],
    ['another hash', hashed('other'), 'vm.example', 22],
    ['a hash of another version', hashed('vm.example').replace('|1|', '|2|'), 'vm.example', 22],
    ['half a hash', '|1|abc', 'vm.example', 22],
    ['a dot that is not a dot', 'vm.example', 'vmxexample', 22],
    ['characters of regular expressions', '(vm|x)+.example', 'vm.example', 22],
    ['a name that is denied', '*.example,!vm.example', 'vm.example', 22],
    ['a name that is denied first', '!vm.example,*.example', 'vm.example', 22],
    ['nothing but a denial', '!other.example', 'vm.example', 22],
    ['a question mark for nothing', 'vm?.example', 'vm.example', 22],
  ])('but not by %s', (_, hosts, host, port) => {
    expect(judge(line(hosts), host, port)).toEqual({ kind: 'unknown', certificateAuthority: null })
  })

  it('by any of several keys', () => {
    const text = [line('vm.example', RSA), line('vm.example', OTHER_ED), line('vm.example', ED)].join('\n')
    for (const key of [ED, OTHER_ED, RSA]) expect(judge(text, 'vm.example', 22, key).kind).toBe('known')
  })
})

describe('a changed key', () => {
  it('names the line of the same type, in its file', () => {
    const text = ['# mine', line('vm.example', RSA), line('vm.example', OTHER_ED)].join('\n')
    expect(judge(text)).toMatchObject({
      kind: 'changed',
      known: { file: 'known_hosts', line: 3, keyType: 'ssh-ed25519' },
    })
  })

  it('is one of another type too, where only another type is known', () => {
    expect(judge(line('vm.example', RSA))).toMatchObject({ kind: 'changed', known: { keyType: 'ssh-rsa' } })
  })

  it('is seen behind hashes and patterns', () => {
    expect(judge(line(hashed('vm.example'), OTHER_ED)).kind).toBe('changed')
    expect(judge(line('*', OTHER_ED)).kind).toBe('changed')
  })
})

describe('@revoked', () => {
  it('wins over a line that knows the key, wherever they stand', () => {
    const lines = [`@revoked ${line('*')}`, line('vm.example')]
    expect(judge(lines.join('\n'))).toMatchObject({ kind: 'revoked', entry: { line: 1, marker: 'revoked' } })
    expect(judge(lines.reverse().join('\n'))).toMatchObject({ kind: 'revoked', entry: { line: 2 } })
  })

  it('counts for its key and its hosts only', () => {
    expect(judge(`@revoked ${line('*', OTHER_ED)}\n${line('vm.example')}`).kind).toBe('known')
    expect(judge(`@revoked ${line('other')}\n${line('vm.example')}`).kind).toBe('known')
    expect(judge(`@revoked ${line('*', OTHER_ED)}`).kind).toBe('unknown')
  })
})

describe('@cert-authority', () => {
  it('does not make its own key a host key, but is told', () => {
    expect(judge(`@cert-authority ${line('*.example')}`)).toMatchObject({
      kind: 'unknown',
      certificateAuthority: { marker: 'cert-authority', line: 1 },
    })
  })

  it('does not make another key a changed one', () => {
    expect(judge(`@cert-authority ${line('*.example', OTHER_ED)}`).kind).toBe('unknown')
    expect(judge(`@cert-authority ${line('*.example', OTHER_ED)}\n${line('vm.example')}`).kind).toBe('known')
  })
})

describe('a file', () => {
  it.each([
    ['Windows line ends', `${line('other')}\r\n${line('vm.example')}\r\n`],
    ['blanks around and tabs between', `  ${line('vm.example').replaceAll(' ', '\t ')}  `],
    ['comments behind keys', `${line('vm.example')} me@laptop, since 2024`],
    ['a byte order mark', `\uFEFF${line('vm.example')}`],
    ['comments, empty lines and no end of line', `# x\n\n   \n#${line('vm.example', OTHER_ED)}\n${line('vm.example')}`],
    [
      'broken lines',
      `vm.example\nvm.example ssh-ed25519\nvm.example ssh-ed25519 ###\n@what ${line('vm.example')}\n${line('vm.example')}`,
    ],
  ])('may have %s', (_, text) => {
    expect(judge(text)).toEqual({ kind: 'known' })
  })

  it('with nothing usable knows nobody', () => {
    expect(parseKnownHosts('', 'f')).toEqual([])
    expect(parseKnownHosts('@revoked\n@cert-authority *\n|1|\n', 'f')).toEqual([])
    expect(judge(`@what ${line('vm.example')}`).kind).toBe('unknown')
  })
})

describe('what is written', () => {
  it.each([
    ['VM.example', 22, 'vm.example'],
    ['vm.example', 2222, '[vm.example]:2222'],
    ['2001:db8::1', 2222, '[2001:db8::1]:2222'],
  ])('%s, port %i, is kept as %s and found again', (host, port, name) => {
    expect(knownHostName(host, port)).toBe(name)
    const text = formatKnownHost(host, port, ED)
    expect(text.startsWith(`${name} ssh-ed25519 `)).toBe(true)
    expect(judge(text, host, port)).toEqual({ kind: 'known' })
  })

  it('shows fingerprints as ssh-keygen does', () => {
    const blob = Buffer.from('AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl', 'base64')
    expect(fingerprintOf(blob)).toBe('SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU')
    expect(keyTypeOf(blob)).toBe('ssh-ed25519')
  })
})

describe('algorithms', () => {
  const SUPPORTED = ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'rsa-sha2-512', 'rsa-sha2-256']
  const order = (text: string) => orderHostKeyAlgorithms(parseKnownHosts(text, 'f'), 'vm.example', 22, SUPPORTED)

  it('for which a key is known come first, and none is lost', () => {
    expect(order(line('vm.example', RSA))).toEqual([
      'rsa-sha2-512',
      'rsa-sha2-256',
      'ssh-ed25519',
      'ecdsa-sha2-nistp256',
    ])
  })

  it('that are not supported are not offered for it', () => {
    expect(order(line('vm.example', keyOf('ssh-dss')))).toEqual(SUPPORTED)
  })

  it('of other hosts, authorities and revoked keys do not count', () => {
    expect(order(`${line('other', RSA)}\n@cert-authority ${line('*', RSA)}\n@revoked ${line('*', RSA)}`)).toEqual(
      SUPPORTED,
    )
  })
})
