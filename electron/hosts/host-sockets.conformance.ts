import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type ConformingHost, waitUntilGone, waitUntilRunning } from './conforming-host.ts'
import type { RemoteProcess } from './host.ts'

/** Echoes on a Unix socket (`$ARGV[0]`) and on a TCP port, which it prints. */
const ECHO_SERVER = `use Socket; $| = 1; my ($u, $t);
socket($u, AF_UNIX, SOCK_STREAM, 0) && bind($u, sockaddr_un($ARGV[0])) && listen($u, 8) or die;
socket($t, AF_INET, SOCK_STREAM, 0) && bind($t, sockaddr_in(0, INADDR_LOOPBACK)) && listen($t, 8) or die;
print +(sockaddr_in(getsockname($t)))[0], "\\n"; $SIG{CHLD} = "IGNORE";
my $l = fork ? $u : $t;
while (accept(my $c, $l)) { next if fork; syswrite($c, $_) while sysread($c, $_, 65536); exit }`

/** Everything that `openSocket` promises. */
export function describeSockets(fixture: () => ConformingHost): void {
  describe('openSocket', () => {
    let server: RemoteProcess
    let path: string
    let port: number

    beforeAll(async () => {
      path = `${fixture().scratchDirectory}/echo.sock`
      server = fixture().host.spawn(['perl', '-e', ECHO_SERVER, path])
      const { value } = await server.stdout[Symbol.asyncIterator]().next()
      port = Number(String(value))
      expect(port).toBeGreaterThan(0)
    })
    afterAll(async () => {
      server?.kill()
      await server?.exit
    })

    const targets = () => ({
      'a Unix socket': { path },
      'a TCP port': { host: '127.0.0.1', port },
      'a command': { argv: ['cat'] },
    })

    it.each(['a Unix socket', 'a TCP port', 'a command'] as const)(
      '%s carries bytes both ways, and a half-close',
      async (kind) => {
        const socket = fixture().host.openSocket(targets()[kind])
        const payload = '0123456789'.repeat(100_000)
        const answer = text(socket)
        socket.write('first ')
        socket.end(payload)
        expect((await answer) === `first ${payload}`).toBe(true)
      },
    )

    it.each([
      ['a missing socket', () => ({ path: `${fixture().scratchDirectory}/missing.sock` })],
      ['a closed port', () => ({ host: '127.0.0.1', port: 1 })],
      ['a command that fails', () => ({ argv: ['sh', '-c', 'echo broken >&2; exit 4'] })],
      ['a missing command', () => ({ argv: ['no-such-program-here'] })],
    ])('%s arrives as a typed error, and never as an honest end', async (_, target) => {
      const socket = fixture().host.openSocket(target())
      const ended = vi.fn()
      socket.on('end', ended)
      socket.resume()
      const [error] = await once(socket, 'error').catch((thrown) => [thrown])
      expect(error).toMatchObject({ code: expect.stringMatching(/^host\./), name: 'SlipwayError' })
      expect(ended).not.toHaveBeenCalled()
    })

    it('ends the command when it is destroyed', async () => {
      const socket = fixture().host.openSocket({ argv: ['sh', '-c', 'sleep 7306; cat'] })
      socket.resume()
      await waitUntilRunning(fixture(), 'sleep 7306')
      socket.destroy()
      await waitUntilGone(fixture(), 'sleep 7306')
    })

    it('may be destroyed before it is open', async () => {
      const socket = fixture().host.openSocket({ path })
      socket.destroy()
      await once(socket, 'close')
    })
  })
}
