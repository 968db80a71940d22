import { describe, expect, it } from 'vitest'
import { createEntryGrouper } from './entry-grouper.ts'
import { createLineParser } from './line-parser.ts'

const { readLevel } = createLineParser('auto')

/** The lines as entries, as they would be joined when they come at once. */
function group(lines: readonly string[]): string[] {
  const grouper = createEntryGrouper(readLevel)
  const entries: string[] = []
  for (const line of lines) {
    if (grouper.continues(line, 1000)) entries.push(`${entries.pop()}\n${line}`)
    else entries.push(line)
  }
  return entries
}

/** Output of the real runtimes: the entries that it is to become. */
const OUTPUTS: readonly [string, readonly string[]][] = [
  [
    'Node.js: an error with its cause and its properties',
    [
      `[cli] failed LostError: no disk
    at file:///tmp/t.mjs:2:31
    ... 2 lines matching cause stack trace ...
    at async run (node:internal/modules/run_main:101:5) {
  code: 'ENOENT',
  cause: TypeError: inner
      at new LostError (file:///tmp/t.mjs:1:1)
}`,
      'next',
      `{
  a: 1,
  deep: {
    list: [
      1, 1,
      ... 20 more items
    ]
  }
}`,
      'file:///tmp/t.mjs:5',
      "throw new LostError('fatal')\n      ^",
      '',
      'LostError: fatal\n    at file:///tmp/t.mjs:5:7',
    ],
  ],
  [
    'Python: tracebacks that are chained, one below its report and one that ended the program',
    [
      'INFO:     Application startup complete.',
      `2026-11-21 20:53:51,155 - app - ERROR - again
Traceback (most recent call last):
  File "/tmp/t.py", line 9, in g
    try: f()
         ^^^
KeyError: 'x'

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/tmp/t.py", line 12, in <module>
    g()
ValueError: bad`,
      'INFO:     after',
      `Traceback (most recent call last):
  File "/tmp/t.py", line 9, in g
    try: f()
KeyError: 'x'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/tmp/t.py", line 16, in <module>
ValueError: bad`,
      'INFO:     restarted',
    ],
  ],
  [
    'Java: causes',
    [
      `2026-11-21 20:00:00 ERROR request failed
java.lang.IllegalStateException: closed
\tat com.example.App.run(App.java:12)
Caused by: java.io.IOException: broken pipe
\tat com.example.App.write(App.java:40)
\t... 12 more`,
      `Exception in thread "main" java.lang.NullPointerException
\tat com.example.App.main(App.java:3)`,
      '2026-11-21 20:00:01 INFO next',
    ],
  ],
  [
    'Go: a panic, and one that was served',
    [
      `panic: runtime error: index out of range [3] with length 2

goroutine 1 [running]:
main.main()
\t/app/main.go:8 +0x1d
created by main.start in goroutine 7
\t/app/main.go:5 +0x25
exit status 2`,
      '2026/11/21 20:00:00 INFO started',
      `2026/11/21 20:00:00 http: panic serving 172.18.0.1:5: no
goroutine 20 [running]:
net/http.(*conn).serve.func1()
\t/usr/local/go/src/net/http/server.go:1868 +0xb9
panic({0x6a?, 0x7b?})
\t/usr/local/go/src/runtime/panic.go:920 +0x270`,
      '{"level":"info","msg":"next"}',
    ],
  ],
  [
    'PostgreSQL: what belongs to an error, by its process',
    [
      `2026-11-21 20:00:00.123 UTC [77] app@ledger ERROR:  duplicate key value violates unique constraint "k"
2026-11-21 20:00:00.123 UTC [77] app@ledger DETAIL:  Key (id)=(1) already exists.
2026-11-21 20:00:00.123 UTC [77] app@ledger STATEMENT:  INSERT INTO t
\tVALUES (1)`,
      '2026-11-21 20:00:00.124 UTC [78] LOG:  checkpoint starting: time',
      '2026-11-21 20:00:00.125 UTC [77] app@ledger STATEMENT:  of another process than the line above',
    ],
  ],
  ['plain lines and blank ones', ['info: one', '', 'info: two', 'info: three {', 'info: four']],
  ['JSON that is indented as a whole', ['{\n  "level": 50,\n  "msg": "pretty"\n}', '  {"level":30,"msg":"not of it"}']],
]

describe('createEntryGrouper', () => {
  it.each(OUTPUTS)('joins what belongs together. %s', (_name, entries) => {
    expect(group(entries.flatMap((entry) => entry.split('\n')))).toEqual(entries)
  })

  it('takes the level of an entry from its first line, and reads JSON of several lines', () => {
    const parser = createLineParser('auto')
    expect(parser.parse('{\n  "level": 50,\n  "msg": "pretty"\n}')).toMatchObject({ level: 'error', message: 'pretty' })
    expect(parser.parse('{"level":30,"msg":"a"}\n    at x (y.js:1)')).toMatchObject({ level: 'info', message: 'a' })
    expect(parser.parse('info: a\n  ERROR in the second')).toMatchObject({ level: 'info', message: 'a' })
  })

  it('begins another entry when a line comes late', () => {
    const grouper = createEntryGrouper(readLevel)
    expect(grouper.continues('a', 1000)).toBe(false)
    expect(grouper.continues('  b', 2000)).toBe(true)
    expect(grouper.continues('  c', 60_000)).toBe(false)
  })

  it('lets no entry grow without end', () => {
    const many = group(Array.from({ length: 2500 }, (_, n) => `  at line ${n}`))
    expect(many.map((entry) => entry.split('\n').length)).toEqual([1000, 1000, 500])
    const large = group(Array.from({ length: 10 }, () => ` ${'x'.repeat(100_000)}`))
    expect(Math.max(...large.map((entry) => entry.length))).toBeLessThanOrEqual(262_144 + 10)
    expect(large.join('\n').length).toBe(10 * 100_001 + 9)
  })
})
