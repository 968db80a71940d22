import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createTcpServer, type Server, connect as tcpConnect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type CertificateRules, describeCertificate, judgeCertificate } from './certificate.ts'
import { shakeHands } from './tls-handshake.ts'

/** Certificates of a small authority of our own, made by openssl; a real server shows them. */
const folder = mkdtempSync(join(tmpdir(), 'certificates-'))
const now = Date.now()
const DAY_MS = 24 * 60 * 60_000
let authority: string
const servers: Server[] = []

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
/** What `openssl ca` needs, which is the one that takes dates: https://docs.openssl.org/3.0/man1/openssl-ca/ */
const AUTHORITY = `[ca]
default_ca = own
[own]
database = index.txt
new_certs_dir = .
rand_serial = yes
unique_subject = no
default_md = sha256
copy_extensions = copy
policy = any
[any]
commonName = supplied
`

function openssl(...argv: readonly string[]): void {
  execFileSync('openssl', argv, { cwd: folder, stdio: 'pipe' })
}

/** `20260101120000Z`. */
function formatTime(daysFromNow: number): string {
  return new Date(now + daysFromNow * DAY_MS).toISOString().replace(/\.\d+/, '').replaceAll(/[-:T]/g, '')
}

interface Wanted {
  readonly names?: string
  /** Days from now. */
  readonly from?: number
  readonly to?: number
  readonly isSelfSigned?: boolean
}

function makeCertificate(name: string, { names = 'DNS:acme.test', from = -1, to = 90, isSelfSigned }: Wanted) {
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${names}`]
  openssl('req', '-new', ...NEW_KEY, ...subject, '-keyout', `${name}.key`, '-out', `${name}.csr`)
  const signer = isSelfSigned
    ? ['-selfsign', '-keyfile', `${name}.key`]
    : ['-cert', 'authority.pem', '-keyfile', 'authority.key']
  const dates = ['-startdate', formatTime(from), '-enddate', formatTime(to)]
  openssl(
    'ca',
    '-config',
    'ca.cnf',
    '-batch',
    '-notext',
    ...signer,
    ...dates,
    '-in',
    `${name}.csr`,
    '-out',
    `${name}.pem`,
  )
  return { key: readFileSync(join(folder, `${name}.key`)), cert: readFileSync(join(folder, `${name}.pem`)) }
}

beforeAll(() => {
  writeFileSync(join(folder, 'ca.cnf'), AUTHORITY)
  writeFileSync(join(folder, 'index.txt'), '')
  openssl(
    'req',
    '-x509',
    ...NEW_KEY,
    '-days',
    '3650',
    '-subj',
    '/CN=Acme Authority',
    '-keyout',
    'authority.key',
    '-out',
    'authority.pem',
  )
  authority = readFileSync(join(folder, 'authority.pem'), 'utf8')
})

afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function listen(server: Server): Promise<number> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

const rules: CertificateRules = { serverName: 'acme.test', selfSigned: false, minDaysLeft: 14 }

async function look(port: number, serverName: string, authorities: readonly string[] = [authority], timeoutMs = 5_000) {
  return shakeHands(() => tcpConnect(port, '127.0.0.1'), { serverName, timeoutMs, authorities })
}

describe('a certificate shown by a server is', () => {
  test.each<[string, Wanted, Partial<CertificateRules>, string, RegExp]>([
    ['healthy', {}, {}, 'healthy', /^The certificate for acme\.test is good until \d{4}-\d\d-\d\d: 89 days left\.$/],
    [
      'healthy for a name among several',
      { names: 'DNS:other.test,DNS:*.acme.test' },
      { serverName: 'api.acme.test' },
      'healthy',
      /left\.$/,
    ],
    ['healthy for an address', { names: 'IP:127.0.0.1' }, { serverName: '127.0.0.1' }, 'healthy', /left\.$/],
    ['degraded when it runs out soon', { to: 5 }, {}, 'degraded', /4 days left, and 14 are wanted at least/],
    ['healthy when nobody minds', { to: 5 }, { minDaysLeft: 0 }, 'healthy', /4 days left\.$/],
    ['down when it has expired', { from: -30, to: -1 }, {}, 'down', /^The certificate expired on /],
    ['down before its time', { from: 2, to: 90 }, {}, 'down', /^The certificate is not valid before /],
    [
      'down for another name',
      { names: 'DNS:other.test' },
      {},
      'down',
      /^The certificate is not for acme\.test, but for DNS:other\.test\.$/,
    ],
    [
      'down when nobody known has signed it',
      { isSelfSigned: true },
      {},
      'down',
      /^No known authority signed the certificate: its issuer is CN=/,
    ],
    ['healthy when that is good enough', { isSelfSigned: true }, { selfSigned: true }, 'healthy', /left\.$/],
    [
      'down when it has expired, whoever signed it',
      { isSelfSigned: true, from: -30, to: -1 },
      { selfSigned: true },
      'down',
      /expired/,
    ],
  ])('%s', async (title, wanted, change, health, reason) => {
    const made = makeCertificate(title.replaceAll(/\W+/g, '-'), wanted)
    const port = await listen(createServer(made))
    const asked = { ...rules, ...change }
    const seen = await look(port, asked.serverName)
    expect(judgeCertificate(seen, asked, now)).toEqual({ health, reason: expect.stringMatching(reason) })
  })

  test('described for a person', async () => {
    const port = await listen(createServer(makeCertificate('described', {})))
    const text = describeCertificate(await look(port, 'acme.test'))
    expect(text).toMatch(/^protocol: TLSv1\.3$/m)
    expect(text).toMatch(/^subject: CN=described$/m)
    expect(text).toMatch(/^issuer: CN=Acme Authority$/m)
    expect(text).toMatch(/^names: DNS:acme\.test$/m)
    expect(text).toMatch(/^trusted: yes$/m)
  })

  test('distrusted where the authority is not known on this computer', async () => {
    const port = await listen(createServer(makeCertificate('unknown-authority', {})))
    const seen = await shakeHands(() => tcpConnect(port, '127.0.0.1'), { serverName: 'acme.test', timeoutMs: 5_000 })
    expect(judgeCertificate(seen, rules, now)).toMatchObject({ health: 'down' })
    expect(judgeCertificate(seen, { ...rules, selfSigned: true }, now)).toMatchObject({ health: 'healthy' })
  })

  test('chosen by the name that is asked for', async () => {
    const [named, other] = [makeCertificate('named', {}), makeCertificate('other', { names: 'DNS:other.test' })]
    const server = createServer(other)
    server.addContext('acme.test', named)
    const port = await listen(server)
    expect((await look(port, 'acme.test')).certificate.subjectaltname).toBe('DNS:acme.test')
    expect((await look(port, 'other.test')).certificate.subjectaltname).toBe('DNS:other.test')
  })
})

describe('a handshake fails', () => {
  test('where nobody listens', async () => {
    const server = createTcpServer()
    const port = await listen(server)
    await new Promise((resolve) => server.close(resolve))
    await expect(look(port, 'acme.test')).rejects.toMatchObject({ failure: 'refused' })
  })

  test('where another protocol is spoken', async () => {
    const port = await listen(createTcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')))
    await expect(look(port, 'acme.test')).rejects.toMatchObject({ failure: 'not-http', message: /no TLS/ })
  })

  test('where the connection is closed in the middle', async () => {
    const port = await listen(createTcpServer((socket) => socket.destroy()))
    await expect(look(port, 'acme.test')).rejects.toMatchObject({ failure: 'cut' })
  })

  test('where nothing is said in time', async () => {
    const port = await listen(createTcpServer((socket) => socket.on('error', () => undefined)))
    await expect(look(port, 'acme.test', [authority], 200)).rejects.toMatchObject({ failure: 'timeout' })
  })

  test('at once when nobody waits for it any more', async () => {
    const port = await listen(createTcpServer((socket) => socket.on('error', () => undefined)))
    const end = new AbortController()
    const waiting = shakeHands(() => tcpConnect(port, '127.0.0.1'), {
      serverName: 'acme.test',
      timeoutMs: 60_000,
      signal: end.signal,
    })
    end.abort(new Error('nobody waits'))
    await expect(waiting).rejects.toThrow('nobody waits')
  })
})
