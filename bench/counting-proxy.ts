import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DirectAddress } from './sample.ts'

/** A way to a sample host's sshd on which every byte is counted, both ways. Dispose it. */
export interface CountingProxy extends DirectAddress, AsyncDisposable {
  /** So far. */
  bytes(): number
}

export async function startCountingProxy(target: DirectAddress): Promise<CountingProxy> {
  let bytes = 0
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(target.port, target.hostname)
    const ends = [
      [client, upstream],
      [upstream, client],
    ] as const
    for (const [from, to] of ends) {
      sockets.add(from)
      from.on('data', (chunk: Buffer) => {
        bytes += chunk.length
      })
      from.pipe(to)
      from.on('error', () => to.destroy())
      from.on('close', () => sockets.delete(from))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'))
  const knownHostsPath = join(folder, 'known_hosts')
  const known = readFileSync(target.knownHostsPath, 'utf8')
  writeFileSync(knownHostsPath, known.replaceAll(target.hostname, `[127.0.0.1]:${port}`))
  return {
    hostname: '127.0.0.1',
    port,
    knownHostsPath,
    bytes: () => bytes,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
