import { Duplex } from 'node:stream'
import { expect, it } from 'vitest'
import { joinWrites } from './joined-writes.ts'

/** A socket that keeps each piece that goes out. */
function makeSocket() {
  const sent: string[] = []
  const socket = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, callback) {
      sent.push(chunk.toString())
      callback()
    },
  })
  return { socket: joinWrites(socket), sent }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

it('sends in one piece what is written in one turn, in order', async () => {
  const { socket, sent } = makeSocket()
  for (const part of ['length', ' content', ' checksum']) socket.write(Buffer.from(part))
  expect(sent).toEqual([])
  await turn()
  socket.write(Buffer.from('next'))
  await turn()
  expect(sent).toEqual(['length content checksum', 'next'])
})

it('sends what is written before an end, and then ends', async () => {
  const { socket, sent } = makeSocket()
  const finished = new Promise((resolve) => socket.once('finish', resolve))
  socket.write(Buffer.from('last'))
  socket.end()
  await finished
  expect(sent).toEqual(['last'])
})

it('drops what is written to a socket that was destroyed meanwhile, without an error', async () => {
  const { socket, sent } = makeSocket()
  const errors: Error[] = []
  socket.on('error', (error: Error) => errors.push(error))
  socket.write(Buffer.from('lost'))
  socket.destroy()
  await turn()
  expect({ sent, errors }).toEqual({ sent: [], errors: [] })
})

it('says when the far side is slower than the writer', async () => {
  const socket = joinWrites(new Duplex({ read() {}, write() {}, highWaterMark: 4 }))
  socket.write(Buffer.from('more than four bytes'))
  await turn()
  expect(socket.write(Buffer.from('x'))).toBe(false)
})
