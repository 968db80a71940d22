import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ConformingHost, waitUntilGone, waitUntilRunning } from './conforming-host.ts'
import type { Host, RemoteProcess } from './host.ts'
import { describeFiles } from './host-files.conformance.ts'
import { describeSockets } from './host-sockets.conformance.ts'

/** Words that a shell would read otherwise, each as one argument. */
const WORDS = [
  'plain',
  '',
  ' ',
  'a b  c',
  "it's",
  `'"'"'`,
  '"quoted"',
  'line\nbreak\n',
  'tab\tand\rreturn',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own notation
  '$HOME $(id) `id` ${IFS}',
  'back\\slash \\n \\',
  '!! !x a!',
  '-n',
  '--',
  '*?[a-z]{a,b}',
  '~root ~',
  '# no comment',
  'a;b&c|d>e<f(g)',
  'x=y',
  'é ü 漢字 🚢',
  '%s %d %%',
  '\u0001\u007f',
]

/** Everything that `Host` promises, of any kind of host. */
export function describeHost(name: string, create: () => Promise<ConformingHost>): void {
  describe(`${name} as a host`, () => {
    let given: ConformingHost
    let host: Host
    const fixture = () => given

    beforeAll(async () => {
      given = await create()
      host = given.host
      await host.connect()
    })
    afterAll(() => given?.dispose())

    const isGone = (pattern: string) => waitUntilGone(given, pattern)
    const runs = (pattern: string) => waitUntilRunning(given, pattern)

    describe('facts', () => {
      it('say who and where', async () => {
        const facts = await host.connect()
        expect(facts.user).toBe((await host.exec(['id', '-un'])).stdout.trim())
        expect(facts.uid).toBe(Number((await host.exec(['id', '-u'])).stdout))
        expect(facts.home).toMatch(/^\//)
        expect(facts.os).toMatch(/^(linux|darwin)$/)
        expect(facts.architecture).toMatch(/^(amd64|arm64)$/)
        expect(facts.groups.length).toBeGreaterThan(0)
        expect(host.status.kind).toBe('connected')
      })

      it('give the time of the host to within a few seconds', async () => {
        const seconds = Number((await host.exec(['date', '+%s'])).stdout)
        expect(Math.abs(host.now() / 1000 - seconds)).toBeLessThan(5)
        expect(Math.abs((await host.readClock()) / 1000 - seconds)).toBeLessThan(5)
      })
    })

    describe('exec', () => {
      it.each(WORDS.map((word) => [JSON.stringify(word), word]))('hands over %s unchanged', async (_, word) => {
        expect((await host.exec(['printf', '[%s]', word])).stdout).toBe(`[${word}]`)
      })

      it('hands over all of them at once, in order', async () => {
        const { stdout } = await host.exec(['printf', '%s\\0', ...WORDS])
        expect(stdout.split('\0').slice(0, -1)).toEqual(WORDS)
      })

      it('keeps stdout and stderr apart', async () => {
        const result = await host.exec(['sh', '-c', 'echo out; echo err >&2'])
        expect(result).toEqual({ stdout: 'out\n', stderr: 'err\n', code: 0, signal: null })
      })

      it('feeds standard input and closes it', async () => {
        expect((await host.exec(['cat'], { input: 'in é\n' })).stdout).toBe('in é\n')
        expect((await host.exec(['cat'])).stdout).toBe('')
      })

      it('feeds bytes as they are', async () => {
        const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)
        const { stdout } = await host.exec(['od', '-An', '-v', '-tu1'], { input: bytes })
        expect(stdout.trim().split(/\s+/).map(Number)).toEqual([...bytes])
      })

      it('does not mind a command that leaves its input unread', async () => {
        expect((await host.exec(['true'], { input: 'x'.repeat(1_000_000) })).code).toBe(0)
      })

      it('takes several megabytes in and out', async () => {
        const input = `${'0123456789abcdef'.repeat(200_000)}é`
        expect((await host.exec(['cat'], { input })).stdout === input).toBe(true)
      })

      it('passes output on as it comes, without cutting characters', async () => {
        const pieces: string[] = []
        await host.exec(['sh', '-c', "printf '\\303'; sleep 0.2; printf '\\251'; echo err >&2"], {
          onOutput: (stream, piece) => pieces.push(`${stream}:${piece}`),
        })
        expect(pieces.filter((piece) => piece.startsWith('stdout')).join('')).toBe('stdout:é')
        expect(pieces).toContain('stderr:err\n')
      })

      it('ends a command that writes more than fits', async () => {
        const flood = host.exec(['yes', 'conformance-flood'], { maxOutputBytes: 100_000 })
        await expect(flood).rejects.toMatchObject({ code: 'host.command-failed' })
        await isGone('conformance-flood')
      })

      it.each([1, 2, 42, 255])('fails on exit code %i unless it is expected', async (code) => {
        const argv = ['sh', '-c', `echo why >&2; exit ${code}`]
        await expect(host.exec(argv)).rejects.toMatchObject({
          code: 'host.command-failed',
          message: expect.stringContaining('why'),
          details: { 'exit code': String(code) },
        })
        expect((await host.exec(argv, { okCodes: [0, code] })).code).toBe(code)
        expect((await host.exec(argv, { okCodes: 'any' })).code).toBe(code)
      })

      it('tells the signal that ended a command, and never takes it for success', async () => {
        const argv = ['sh', '-c', 'kill -KILL $$']
        expect(await host.exec(argv, { okCodes: 'any' })).toMatchObject({ code: null, signal: 'SIGKILL' })
        await expect(host.exec(argv)).rejects.toMatchObject({ code: 'host.command-failed' })
      })

      it('tells a command that is missing', async () => {
        await expect(host.exec(['no-such-program-here'])).rejects.toMatchObject({ code: 'host.command-missing' })
        await expect(host.exec(['/no/such/program'])).rejects.toMatchObject({ code: 'host.command-missing' })
      })

      it('runs in the directory that it is given', async () => {
        const cwd = `${given.scratchDirectory}/a 'dir' $(x)`
        await host.files.makeDirectories(cwd)
        expect((await host.exec(['pwd'], { cwd })).stdout).toBe(`${cwd}\n`)
      })

      it('fails in a directory that is missing, and does not run elsewhere', async () => {
        const cwd = `${given.scratchDirectory}/nowhere`
        const marker = `${given.scratchDirectory}/ran`
        await expect(host.exec(['touch', marker], { cwd })).rejects.toMatchObject({ code: 'host.command-failed' })
        expect(await host.files.stat(marker)).toBeNull()
      })

      it('sets variables, whatever they hold', async () => {
        const env = { CONFORMANCE_A: "it's $HOME\n`id`", CONFORMANCE_B: '' }
        const { stdout } = await host.exec(
          ['sh', '-c', 'printf "%s|%s" "$CONFORMANCE_A" "$CONFORMANCE_B"; env | grep -c ^CONFORMANCE_B='],
          {
            env,
          },
        )
        expect(stdout).toBe(`${env.CONFORMANCE_A}|1\n`)
      })

      it('has a deadline, past which nothing is left on the host, children included', async () => {
        const command = host.exec(['sh', '-c', 'sleep 7301 & sleep 7302'], { timeoutMs: 400 })
        await expect(command).rejects.toMatchObject({ code: 'host.timeout', retryable: true })
        await isGone('sleep 730')
      })

      it('ends when its caller aborts', async () => {
        const controller = new AbortController()
        const command = host.exec(['sh', '-c', 'sleep 7303; true'], { signal: controller.signal })
        command.catch(() => {})
        await runs('sleep 7303')
        controller.abort(new Error('enough'))
        await expect(command).rejects.toThrow('enough')
        await isGone('sleep 7303')
      })

      it('does not start for a caller that has aborted before', async () => {
        const marker = `${given.scratchDirectory}/aborted`
        const signal = AbortSignal.abort(new Error('before'))
        await expect(host.exec(['touch', marker], { signal })).rejects.toThrow('before')
        expect(await host.files.stat(marker)).toBeNull()
      })

      it('refuses a NUL, at which the host would cut the command off', async () => {
        await expect(host.exec(['echo', 'a\0b'])).rejects.toMatchObject({ code: 'input.invalid' })
        await expect(host.exec(['pwd'], { cwd: '/\0' })).rejects.toMatchObject({ code: 'input.invalid' })
        await expect(host.spawn(['echo', 'a\0b']).exit).rejects.toMatchObject({ code: 'input.invalid' })
      })

      it('runs many at once without mixing them up', async () => {
        const indexes = Array.from({ length: 20 }, (_, index) => String(index))
        const results = await Promise.all(indexes.map((index) => host.exec(['echo', index])))
        expect(results.map(({ stdout }) => stdout.trim())).toEqual(indexes)
      })
    })

    describe('describeCommand', () => {
      it('gives a line that does the same by hand', async () => {
        const cwd = `${given.scratchDirectory}/by "hand" \\ 'it'`
        await host.files.makeDirectories(cwd)
        const env = { CONFORMANCE_C: "a 'b' $c" }
        const argv = ['sh', '-c', 'pwd; echo "$CONFORMANCE_C"; printf "[%s]" "$@"', 'sh', ...WORDS]
        const line = host.describeCommand(argv, { cwd, env })
        const byHand = await host.exec(['sh', '-c', line])
        expect(byHand.stdout).toBe((await host.exec(argv, { cwd, env })).stdout)
        expect(byHand.stdout).toContain(`${cwd}\n${env.CONFORMANCE_C}\n[plain][]`)
      })

      it('is plain where nothing needs quotes', () => {
        expect(host.describeCommand(['docker', 'compose', 'up', '-d'])).toBe('docker compose up -d')
      })
    })

    describe('spawn', () => {
      it('streams both ways while the command runs', async () => {
        const process = host.spawn(['cat'])
        const output = process.stdout[Symbol.asyncIterator]()
        for (const line of ['one', 'two é']) {
          process.stdin.write(`${line}\n`)
          expect(String((await output.next()).value)).toBe(`${line}\n`)
        }
        process.stdin.end()
        expect(await process.exit).toEqual({ code: 0, signal: null })
      })

      it('gives stderr and the exit code', async () => {
        const process = host.spawn(['sh', '-c', 'echo no >&2; exit 3'])
        process.stdout.resume()
        expect(await text(process.stderr)).toBe('no\n')
        expect(await process.exit).toEqual({ code: 3, signal: null })
      })

      it('takes megabytes without losing a byte, though its reader is slow', async () => {
        const process = host.spawn(['sh', '-c', 'head -c 3000000 /dev/zero'])
        let bytes = 0
        for await (const chunk of process.stdout) {
          bytes += chunk.length
          await new Promise((resolve) => setImmediate(resolve))
        }
        expect(bytes).toBe(3_000_000)
      })

      it('tells a missing command as shells do', async () => {
        const process = host.spawn(['no-such-program-here'])
        process.stdout.resume()
        expect(await text(process.stderr)).toContain('not found')
        expect((await process.exit).code).toBe(127)
      })

      it.each([
        ['kill', (process: RemoteProcess) => process.kill(), {}],
        ['its deadline', () => {}, { timeoutMs: 5_000 }],
      ])('is ended by %s, with its children', async (_, end, options) => {
        const process = host.spawn(['sh', '-c', 'sleep 7304 & sleep 7305'], options)
        await runs('sleep 7304')
        end(process)
        await process.exit
        process.kill()
        await isGone('sleep 730')
      })
    })

    describeSockets(fixture)
    describeFiles(fixture)
  })
}
