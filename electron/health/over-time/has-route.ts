import { createSocket } from 'node:dgram'

/** Addresses for documentation, which nobody has: they are behind whatever leads outside. */
const OUTSIDE = [
  ['udp4', '192.0.2.1'],
  ['udp6', '2001:db8::1'],
] as const

/** Whether this computer has a way to the outside. The system is asked which one it would take; nothing is sent. */
export async function hasRoute(): Promise<boolean> {
  const found = await Promise.all(OUTSIDE.map(([type, address]) => leadsTo(type, address)))
  return found.includes(true)
}

function leadsTo(type: 'udp4' | 'udp6', address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket(type)
    const end = (leads: boolean) => {
      socket.removeAllListeners()
      socket.close()
      resolve(leads)
    }
    socket.once('error', () => end(false))
    socket.once('connect', () => end(true))
    socket.connect(9, address)
  })
}
