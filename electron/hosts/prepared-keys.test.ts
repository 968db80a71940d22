import { generateKeyPairSync, KeyObject } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { Client, type ConnectConfig, type Connection, Server } from 'ssh2'
import { afterEach, expect, it } from 'vitest'
import { prepareKeys } from './prepared-keys.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const hostKey = privateKey.export({ type: 'pkcs1', format: 'pem' })
const opened: { end(): unknown }[] = []
/** The server's side of the newest connection. */
let farSide: Connection

afterEach(() => {
  for (const one of opened.splice(0)) one.end()
})

/** A server in this process that sends back what a command is given, and a client signed in to it. */
async function connect(cipher: string): Promise<Client> {
  const server = new Server({ hostKeys: [hostKey] }, (connection) => {
    farSide = connection
    connection.on('error', () => {})
    connection.on('authentication', (context) => context.accept())
    connection.on('session', (accept) => {
      accept().on('exec', (acceptCommand) => {
        const channel = acceptCommand()
        channel.pipe(channel)
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const client = new Client()
  opened.push(client, { end: () => server.close() })
  client.on('handshake', () => prepareKeys(client))
  const { port } = server.address() as AddressInfo
  const config = { host: '127.0.0.1', port, username: 'user', password: 'any', algorithms: { cipher: [cipher] } }
  await new Promise<void>((resolve, reject) => {
    client.once('ready', resolve).once('error', reject)
    client.connect(config as ConnectConfig)
  })
  return client
}

async function sendThrough(client: Client, data: string): Promise<string> {
  return new Promise((resolve, reject) => {
    client.exec('echo', (error, channel) => {
      if (error) return reject(error)
      text(channel).then(resolve, reject)
      channel.end(data)
    })
  })
}

function keysOf(client: Client): unknown[] {
  const insides = client as unknown as {
    _protocol: { _cipher: { _encKey: unknown }; _decipher: { _decipherKey: unknown } }
  }
  return [insides._protocol._cipher._encKey, insides._protocol._decipher._decipherKey]
}

const large = 'content '.repeat(20_000)

it('keeps AES-GCM working, with keys that are ready-made, also after an exchange of keys', async () => {
  const client = await connect('aes256-gcm@openssh.com')
  expect(keysOf(client)).toEqual([expect.any(KeyObject), expect.any(KeyObject)])
  expect(await sendThrough(client, large)).toBe(large)
  await new Promise<void>((resolve) => {
    client.once('handshake', () => resolve())
    farSide.rekey()
  })
  expect(keysOf(client)).toEqual([expect.any(KeyObject), expect.any(KeyObject)])
  expect(await sendThrough(client, large)).toBe(large)
})

it.each(['chacha20-poly1305@openssh.com', 'aes128-ctr'])('leaves %s as it is', async (cipher) => {
  const client = await connect(cipher)
  expect(await sendThrough(client, large)).toBe(large)
})
