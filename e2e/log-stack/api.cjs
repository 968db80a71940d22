// A service that logs by pino: what it had to say before anyone looked, then ten lines a second.
const pino = require('pino')

console.log('api: starting, and this line is no JSON')
const log = pino({ base: { pid: process.pid }, redact: ['authorization'] })
log.info({ request_id: 'req-first', tenant: 'initech', n: 0 }, 'the needle in the haystack')
let n = 0
for (let index = 0; index < 9000; index += 1) say()
setInterval(say, 100)

function say() {
  n += 1
  const fields = { request_id: `req-${n}`, tenant: n % 2 === 0 ? 'acme' : 'globex', n }
  if (n % 50 === 0) log.error({ ...fields, err: new Error('upstream refused') }, 'request failed')
  else if (n % 10 === 0) log.warn(fields, 'request was slow')
  else log.info(fields, 'request completed')
}

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    log.info({ n }, 'goodbye')
    process.exit(0)
  })
}
