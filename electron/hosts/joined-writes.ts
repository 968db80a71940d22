import type { Duplex } from 'node:stream'

/**
 * Makes a socket send in one piece what is written within one turn of the event loop. ssh2 writes each packet in three
 * (length, content, checksum); without Nagle's algorithm each would be a system call, a network packet and a wake-up
 * of the far side of its own, and through a jump host a packet of the outer connection too.
 */
export function joinWrites(socket: Duplex): Duplex {
  const write = socket.write.bind(socket) as (chunk: Uint8Array) => boolean
  const end = socket.end.bind(socket) as () => unknown
  let pending: Uint8Array[] = []

  function flush(): void {
    const chunks = pending
    pending = []
    const [first] = chunks
    if (first === undefined || !socket.writable) return
    write(chunks.length === 1 ? first : Buffer.concat(chunks))
  }

  return Object.assign(socket, {
    write(chunk: Uint8Array): boolean {
      if (pending.length === 0) process.nextTick(flush)
      pending.push(chunk)
      return !socket.writableNeedDrain
    },
    end() {
      flush()
      end()
      return socket
    },
  })
}
