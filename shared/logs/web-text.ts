import { levelOfWord } from './level-words.ts'
import { readStamp, timeOfNamedMonth } from './log-time.ts'
import { readerByHead } from './text-reader.ts'

/** `172.18.0.1 - - [21/Nov/2026:20:15:33 +0000] "GET / HTTP/1.1" 200 615 "-" "curl/8"`. It tells no level. */
export const accessReader = readerByHead({
  head: /^(\S{1,256}) \S{1,64} (\S{1,128}) \[(\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] "((?:[^"\\]|\\.){0,16384})" (\d{3}) (\d{1,15}|-)/,
  level: () => null,
  read(match, rest) {
    const [, client, user = '-', stamp = '', request = '', status = '', size = ''] = match
    const [method = '', path = '', protocol] = request.split(' ', 3)
    const [, referrer = '-', agent = '-'] = /^ "([^"]{0,8192})" "([^"]{0,8192})"/.exec(rest) ?? []
    const fields: Record<string, unknown> = { client, method, path, status: Number(status) }
    if (protocol !== undefined) fields.protocol = protocol
    if (size !== '-') fields.bytes = Number(size)
    if (user !== '-') fields.user = user
    if (referrer !== '-') fields.referrer = referrer
    if (agent !== '-') fields.agent = agent
    return { timeMs: timeOfNamedMonth(stamp), message: `${request} ${status}`, fields }
  },
})

/** `2026/11/21 20:15:33 [error] 29#29: *1 open() failed, client: 172.18.0.1, server: _, request: "GET / HTTP/1.1"` */
export const nginxErrorReader = readerByHead({
  head: /^(\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d) \[([a-z]{3,6})\] (\d{1,10})#\d{1,10}: (?:\*(\d{1,20}) )?/,
  level: (match) => levelOfWord(match[2] ?? ''),
  read(match, rest) {
    const [, stamp = '', level, process, connection] = match
    const fields: Record<string, unknown> = { level, pid: Number(process) }
    if (connection !== undefined) fields.connection = connection
    for (const [, key = '', value = ''] of rest.matchAll(
      /, (client|server|request|upstream|host|referrer): ("[^"]{0,8192}"|[^,]{0,1024})/g,
    )) {
      fields[key] = value.replace(/^"|"$/g, '')
    }
    return { timeMs: readStamp(stamp)?.timeMs ?? null, message: rest, fields }
  },
})

/** `INFO:     172.18.0.1:41234 - "GET /health HTTP/1.1" 200 OK` and `INFO:     Application startup complete.` */
export const uvicornReader = readerByHead({
  head: /^(TRACE|DEBUG|INFO|WARNING|ERROR|CRITICAL): {1,8}(?=\S)/,
  level: (match) => levelOfWord(match[1] ?? ''),
  read(match, rest) {
    const access = /^(\S{1,128}) - "([A-Z]{1,16}) (\S{0,16384}) (HTTP\/[\d.]{1,4})" (\d{3})/.exec(rest)
    if (access === null) return { timeMs: null, message: rest, fields: { level: match[1], message: rest } }
    const [, client, method, path, protocol, status] = access
    const fields = { level: match[1], client, method, path, protocol, status: Number(status) }
    return { timeMs: null, message: `${method} ${path} ${status}`, fields }
  },
})
