import { connect } from 'node:net'

const timeoutMs = 1_000

/** Whether the Redis at that URL answers a PING; a connection for each question, as it is asked of a health check only. */
export function pingRedis(url) {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port || 6379), timeout: timeoutMs })
    const end = (answer) => {
      socket.destroy()
      resolve(answer)
    }
    socket.on('connect', () => socket.write('PING\r\n'))
    socket.on('data', (data) => end(data.toString().startsWith('+PONG')))
    for (const event of ['error', 'timeout', 'close']) socket.on(event, () => end(false))
  })
}
