import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sshConfigSchema } from '../../shared/contract/hosts.ts'
import { readSshConfig, resolveAlias } from './ssh-config.ts'

let home = ''

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ssh config '))
})
afterEach(() => rm(home, { recursive: true, force: true }))

async function write(name: string, text: string): Promise<void> {
  const path = join(home, '.ssh', name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

async function read(config: string, env: Record<string, string> = {}) {
  await write('config', config)
  return readSshConfig({ home, env })
}

async function target(config: string, alias = 'web', env: Record<string, string> = {}) {
  await write('config', config)
  const resolved = await resolveAlias(alias, { home, env })
  if (!resolved) throw new Error(`${alias} is not named`)
  return resolved.target
}

describe('the file', () => {
  it('is empty when it is missing', async () => {
    expect(await readSshConfig({ home })).toEqual({ path: join(home, '.ssh', 'config'), aliases: [], problems: [] })
  })

  it.each([
    ['an open quote', 'Host a\n  IdentityFile "~/x\nHost b\n', /could not be read/],
    ['a Host line without a name', 'Host\n  User x\n', /could not be read/],
    ['a Match without its value', 'Match host\n', /could not be read/],
  ])('with %s is named as a problem', async (_, text, problem) => {
    const view = await read(text)
    expect(view.aliases).toEqual([])
    expect(view.problems.join()).toMatch(problem)
  })

  it('that is a directory is named as a problem', async () => {
    await mkdir(join(home, '.ssh', 'config'), { recursive: true })
    expect((await readSshConfig({ home })).problems).toEqual([expect.stringContaining('it is not a file')])
  })

  it('made of noise never throws', async () => {
    const noise = Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919) % 256)).toString('latin1')
    expect(sshConfigSchema.safeParse(await read(noise)).success).toBe(true)
  })

  it('may have Windows line ends, tabs, equal signs, comments, any case and a byte order mark', async () => {
    const found = await target(
      '\uFEFF# mine\r\nhOsT web\r\n\tHOSTNAME=203.0.113.7\r\n\tport = 2201\r\n\tuser deploy # me\r\n',
    )
    expect(found).toMatchObject({ hostname: '203.0.113.7', port: 2201, user: 'deploy' })
  })
})

describe('aliases', () => {
  it('are the concrete names, in the order of the file and once each', async () => {
    const view = await read('Host b a *.example !c d?\n  User x\nHost a\nHost *\nHost "e"\n')
    expect(view.aliases.map(({ alias }) => alias)).toEqual(['b', 'a', 'e'])
  })

  it('take defaults from wildcards, the first value winning', async () => {
    const found = await target(
      'Host web\n  User me\nHost w* !wx\n  User other\n  Port 2202\nHost *\n  Port 9\n  Compression yes\n',
    )
    expect(found).toMatchObject({ user: 'me', port: 2202, compression: true, hostname: 'web' })
  })

  it('are not given what a negated pattern denies them', async () => {
    expect((await target('Host web\nHost * !web\n  Port 9\n')).port).toBe(22)
  })

  it('that no file names are none', async () => {
    await write('config', 'Host *\n  User x\n')
    expect(await resolveAlias('gone', { home })).toBeNull()
  })

  it('that are missing beside a file that cannot be read are no answer', async () => {
    await write('config', 'Host "web\n')
    await expect(resolveAlias('web', { home })).rejects.toMatchObject({ code: 'host.config-invalid' })
  })

  it('with an impossible port are left out and named', async () => {
    const view = await read('Host web\n  Port high\nHost db\n')
    expect(view.aliases.map(({ alias }) => alias)).toEqual(['db'])
    expect(view.problems).toEqual([expect.stringMatching(/"web".*port/)])
  })

  it('default to the local user, port 22 and the usual agent', async () => {
    const found = await target('Host web\n')
    expect(found).toMatchObject({ user: userInfo().username, port: 22, jumps: [], compression: false })
    expect(found.auth).toEqual({ agent: 'auto', keyFiles: [], password: true })
  })

  it('put the alias into %h of HostName', async () => {
    expect((await target('Host web\n  HostName %h.example.org\n')).hostname).toBe('web.example.org')
  })
})

describe('Include', () => {
  it('is relative to ~/.ssh, knows ~, patterns and several names, and is read in order of name', async () => {
    await write('conf.d/20.conf', 'Host two\n  User late\nHost web\n  User second\n')
    await write('conf.d/10.conf', 'Host one\nHost web\n  User first\n')
    await write('other', 'Host three\n')
    const view = await read('Include conf.d/*.conf "~/.ssh/other" missing\nHost web\n  User third\n')
    expect(view.problems).toEqual([])
    expect(view.aliases.map(({ alias }) => alias)).toEqual(['one', 'web', 'two', 'three'])
    expect(view.aliases[1]?.target.user).toBe('first')
  })

  it('inside a Host block counts for that host only, and leaves the block as it was', async () => {
    await write('inner', 'User inner\nHost deep\n  Port 5\nHost web\n  Port 7\n')
    const view = await read('Host web\n  Include inner\n  Compression yes\nHost db\n')
    expect(view.aliases.map(({ alias }) => alias)).toEqual(['web', 'db'])
    expect(view.aliases[0]?.target).toMatchObject({ user: 'inner', port: 7, compression: true })
    expect(view.aliases[1]?.target).toMatchObject({ user: userInfo().username, port: 22, compression: false })
  })

  it('that includes itself ends with a problem', async () => {
    const view = await read('Include config\nHost web\n')
    expect(view.aliases.map(({ alias }) => alias)).toEqual(['web'])
    expect(view.problems.join()).toMatch(/nested more than/)
  })

  it('of a broken file names it and keeps the rest', async () => {
    await write('broken', 'Host "x\n')
    const view = await read('Include broken\nHost web\n')
    expect(view.aliases.map(({ alias }) => alias)).toEqual(['web'])
    expect(view.problems).toEqual([expect.stringContaining(join(home, '.ssh', 'broken'))])
  })
})

describe('Match', () => {
  it('by host, original host and user is followed', async () => {
    const config =
      'Host web\n  hostname web.example\n  user deploy\nMatch host *.example user deploy\n  Port 2203\nMatch originalhost web\n  Compression yes\n'
    expect(await target(config)).toMatchObject({ port: 2203, compression: true })
  })

  it('exec runs nothing, and is named', async () => {
    const trace = join(home, 'trace')
    const view = await read(`Host web\nMatch exec "touch '${trace}'"\n  Port 9\n`)
    expect(view.aliases[0]?.target.port).toBe(22)
    expect(view.problems).toEqual([expect.stringContaining('"Match exec"')])
    await expect(rm(trace)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it.each(['canonical', '!host web', 'localnetwork 10.0.0.0/8', 'tagged x'])(
    '%s is left out, and named',
    async (criterion) => {
      const view = await read(`Host web\nMatch ${criterion}\n  Port 9\n`)
      expect(view.aliases[0]?.target.port).toBe(22)
      expect(view.problems).toHaveLength(1)
    },
  )

  it('final gives no key twice', async () => {
    const found = await target('Host web\n  IdentityFile /k\nMatch final all\n  Compression yes\n')
    expect(found).toMatchObject({ compression: true, auth: { keyFiles: ['/k'] } })
  })
})

describe('keys and agent', () => {
  it.each([
    ['~/.ssh/k', () => [join(home, '.ssh', 'k')]],
    ['"~/my keys/k"', () => [join(home, 'my keys/k')]],
    ['%d/k-%h-%r-%n-%p', () => [`${home}/k-web.example-deploy-web-2204`]],
    ['/k-%u', () => [`/k-${userInfo().username}`]],
    ['${KEYS}/k', () => ['/keys/k']],
    ['/100%%', () => ['/100%']],
    ['none', () => []],
  ])('IdentityFile %s', async (written, expected) => {
    const config = `Host web\n  HostName web.example\n  User deploy\n  Port 2204\n  IdentityFile ${written}\n`
    expect((await target(config, 'web', { KEYS: '/keys' })).auth.keyFiles).toEqual(expected())
  })

  it('several IdentityFiles add up, in order', async () => {
    const found = await target(
      'Host web\n  IdentityFile /a\n  IdentityFile /b\nHost *\n  IdentityFile /c\n  IdentityFile /a\n',
    )
    expect(found.auth.keyFiles).toEqual(['/a', '/b', '/c'])
  })

  it('what cannot be resolved is named, never left with a ~', async () => {
    const view = await read('Host web\n  IdentityFile ~other/k\n  IdentityFile /k-%C\n  IdentityFile ~/.ssh/k.pub\n')
    expect(view.aliases[0]?.target.auth.keyFiles).toEqual([])
    expect(view.aliases[0]?.ignored).toEqual([
      'IdentityFile ~other/k',
      'IdentityFile /k-%C',
      'IdentityFile ~/.ssh/k.pub',
    ])
  })

  it('the usual keys are taken when none is named and they exist', async () => {
    await write('id_ed25519', 'x')
    expect((await target('Host web\n')).auth.keyFiles).toEqual([join(home, '.ssh', 'id_ed25519')])
  })

  it.each([
    ['none', 'none'],
    ['SSH_AUTH_SOCK', 'auto'],
    ['$MY_AGENT', '/run/agent'],
    ['$NOT_SET', 'none'],
    ['/run/%r.sock', '/run/deploy.sock'],
    ['"~/agent.sock"', '{home}/agent.sock'],
  ])('IdentityAgent %s', async (written, expected) => {
    const found = await target(`Host web\n  User deploy\n  IdentityAgent ${written}\n`, 'web', {
      MY_AGENT: '/run/agent',
    })
    expect(found.auth.agent).toBe(expected.replace('{home}', home))
  })

  it.each([
    ['BatchMode yes', { password: false }],
    ['PasswordAuthentication no\n  KbdInteractiveAuthentication no', { password: false }],
    ['PasswordAuthentication no', { password: true }],
    ['PubkeyAuthentication no\n  IdentityFile /k', { agent: 'none', keyFiles: [] }],
  ])('%s', async (line, expected) => {
    expect((await target(`Host web\n  ${line}\n`)).auth).toMatchObject(expected)
  })
})

describe('ProxyJump', () => {
  const address = ({ user, hostname, port }: { user: string; hostname: string; port: number }) =>
    `${user}@${hostname}:${port}`

  it.each([
    ['me@gate.example:2222', ['me@gate.example:2222']],
    ['ssh://me@gate.example:2222', ['me@gate.example:2222']],
    ['me@[2001:db8::1]:2222', ['me@2001:db8::1:2222']],
    ['a, b', ['ua@a.example:22', 'ub@b.example:2205']],
    ['other@a:99', ['other@a.example:99']],
    ['me@%h-gate', ['me@web.example-gate:22']],
    ['none', []],
  ])('%s', async (written, expected) => {
    const hops = 'Host a\n  HostName a.example\n  User ua\nHost b\n  HostName b.example\n  User ub\n  Port 2205\n'
    const found = await target(`Host web\n  HostName web.example\n  ProxyJump ${written}\n${hops}`)
    expect(found.jumps.map(address)).toEqual(expected)
  })

  it('brings the jumps, keys and agent of the first hop along', async () => {
    const config =
      'Host web\n  ProxyJump a\nHost a\n  User u\n  ProxyJump b\n  IdentityFile ~/ka\nHost b\n  User u\n  IdentityAgent none\n'
    const { jumps } = await target(config)
    expect(jumps.map(address)).toEqual(['u@b:22', 'u@a:22'])
    expect(jumps[1]?.auth.keyFiles).toEqual([join(home, 'ka')])
    expect(jumps[0]?.auth.agent).toBe('none')
  })

  it.each([
    ['a host that jumps over itself', 'Host web\n  ProxyJump web\n'],
    ['two that jump over each other', 'Host web\n  ProxyJump a\nHost a\n  ProxyJump web\n'],
    ['a wildcard that also counts for the jump host', 'Host web\nHost *\n  ProxyJump gate\n'],
  ])('in a circle is a problem: %s', async (_, config) => {
    const view = await read(config)
    expect(view.problems.join()).toMatch(/circle/)
    await expect(resolveAlias('web', { home })).rejects.toMatchObject({ code: 'host.config-invalid' })
  })

  it('that cannot be read is a problem', async () => {
    expect((await read('Host web\n  ProxyJump a:b:c\n')).problems).toHaveLength(1)
  })
})

describe('what is not followed', () => {
  it.each([
    ['CertificateFile ~/c', /^CertificateFile/],
    ['PKCS11Provider /x.so', /^PKCS11Provider/],
    ['RemoteCommand tmux', /^RemoteCommand/],
    ['UserKnownHostsFile /dev/null', /^UserKnownHostsFile/],
    ['IdentitiesOnly yes', /^IdentitiesOnly/],
    ['HostKeyAlias x', /^HostKeyAlias/],
    ['CanonicalizeHostname yes\n  CanonicalDomains example.invalid', /^CanonicalizeHostname/],
    ['StrictHostKeyChecking no', /^StrictHostKeyChecking/],
  ])('%s is named', async (line, expected) => {
    expect((await read(`Host web\n  ${line}\n`)).aliases[0]?.ignored).toEqual([expect.stringMatching(expected)])
  })

  it.each(['IdentitiesOnly no', 'RemoteCommand none', 'ServerAliveInterval 5', 'ProxyCommand none'])(
    '%s is not',
    async (line) => {
      expect((await read(`Host web\n  ${line}\n`)).aliases[0]?.ignored).toEqual([])
    },
  )

  it('a ProxyCommand makes the host unusable, and says so', async () => {
    const view = await read('Host web\n  ProxyCommand nc %h %p\n')
    expect(view.aliases[0]?.ignored).toEqual([expect.stringMatching(/^ProxyCommand.*cannot be used/)])
    await expect(resolveAlias('web', { home })).rejects.toMatchObject({ code: 'host.config-invalid' })
  })

  it('whichever of ProxyCommand and ProxyJump comes first wins', async () => {
    const found = await target(
      'Host web\n  ProxyJump gate\nHost *\n  ProxyCommand nc %h %p\nMatch host gate\n  User g\n'.replace(
        'Host *',
        'Host web',
      ),
    )
    expect(found.jumps).toHaveLength(1)
  })
})
