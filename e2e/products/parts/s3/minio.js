import { createServer } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { answerBucket, listBuckets } from './buckets.js'
import { answerObject } from './objects.js'
import { S3Error } from './s3-error.js'
import { checkSignature } from './signature.js'
import { openStore } from './store.js'
import { xmlDocument } from './xml.js'

// `minio server /data`: a small S3 server, path style, with one pair of keys, that of the root user.
const [, , command, directory] = process.argv
if (command !== 'server' || !directory) fail('usage: minio server DIRECTORY')

const keys = { accessKey: process.env.MINIO_ROOT_USER ?? '', secretKey: process.env.MINIO_ROOT_PASSWORD ?? '' }
if (keys.accessKey.length < 3) fail('FATAL Invalid credentials: MINIO_ROOT_USER needs 3 characters')
if (keys.secretKey.length < 8) fail('FATAL Invalid credentials: MINIO_ROOT_PASSWORD needs 8 characters')

const store = openStore(directory)
const server = createServer(answer)
server.listen(9000, () => console.log('S3 API: port 9000'))
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, () => {
    server.close(() => process.exit(0))
    server.closeIdleConnections()
  })
}

async function answer(request, response) {
  const url = new URL(request.url, 'http://s3')
  try {
    await send(response, await route(request, url))
  } catch (error) {
    if (response.headersSent) return response.destroy()
    const known = error instanceof S3Error ? error : new S3Error(500, 'InternalError', 'An internal error occurred.')
    if (known !== error) console.error(error)
    const body = request.method === 'HEAD' ? '' : xmlDocument(known.toXml(url.pathname))
    await send(response, { status: known.status, headers: { 'Content-Type': 'application/xml' }, body })
  }
}

async function route(request, url) {
  if (url.pathname.startsWith('/minio/health/')) return { status: 200 }
  const sha256 = checkSignature(request, url, keys)
  const [, bucket, key] = /^\/([^/]*)\/?(.*)$/s.exec(decodeURIComponent(url.pathname))
  const asked = { method: request.method, bucket, key, query: url.searchParams, request, sha256 }
  if (bucket === '') return await listBuckets(store)
  return await (key === '' ? answerBucket(store, asked) : answerObject(store, asked))
}

async function send(response, { status, headers = {}, body = '' }) {
  response.writeHead(status, { Server: 'MinIO', ...headers })
  if (typeof body === 'string') response.end(body)
  else await pipeline(body, response)
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
