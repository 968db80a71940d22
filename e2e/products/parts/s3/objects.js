import { S3Error } from './s3-error.js'
import { element, xmlDocument } from './xml.js'

/** What is asked of one object. */
export async function answerObject(store, { method, bucket, key, request, sha256 }) {
  switch (method) {
    case 'PUT':
      return request.headers['x-amz-copy-source']
        ? await copy(store, bucket, key, request.headers['x-amz-copy-source'])
        : await put(store, bucket, key, request, sha256)
    case 'HEAD':
    case 'GET':
      return await get(store, bucket, key, request.headers.range, method === 'HEAD')
    case 'DELETE':
      await store.remove(bucket, key)
      return { status: 204 }
    default:
      throw new S3Error(405, 'MethodNotAllowed', 'The specified method is not allowed.')
  }
}

async function put(store, bucket, key, request, sha256) {
  const meta = Object.entries(request.headers).filter(([name]) => name.startsWith('x-amz-meta-'))
  const contentType = request.headers['content-type'] ?? 'application/octet-stream'
  const { etag } = await store.put(bucket, key, request, { contentType, meta: Object.fromEntries(meta) }, sha256)
  return { status: 200, headers: { ETag: `"${etag}"` } }
}

async function copy(store, bucket, key, source) {
  const [, fromBucket, fromKey] = /^\/?([^/]+)\/(.+)$/.exec(decodeURIComponent(source)) ?? []
  const { contentType, meta, size } = await store.head(fromBucket, fromKey)
  const content = store.read(fromBucket, fromKey, 0, size - 1)
  const { etag, modifiedAt } = await store.put(bucket, key, content, { contentType, meta })
  const body = element('CopyObjectResult', [element('ETag', `"${etag}"`), element('LastModified', modifiedAt)])
  return { status: 200, headers: { 'Content-Type': 'application/xml' }, body: xmlDocument(body) }
}

async function get(store, bucket, key, range, headOnly) {
  const { contentType, meta, size, etag, modifiedAt } = await store.head(bucket, key)
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? []
  const start = Number(from ?? 0)
  const end = Math.min(to ? Number(to) : size - 1, size - 1)
  if (from !== undefined && start > end)
    throw new S3Error(416, 'InvalidRange', 'The requested range is not satisfiable.')
  const headers = {
    ...meta,
    'Content-Type': contentType,
    'Content-Length': end - start + 1,
    'Accept-Ranges': 'bytes',
    'Last-Modified': new Date(modifiedAt).toUTCString(),
    ETag: `"${etag}"`,
    ...(from === undefined ? {} : { 'Content-Range': `bytes ${start}-${end}/${size}` }),
  }
  const status = from === undefined ? 200 : 206
  return { status, headers, body: headOnly || end < start ? '' : store.read(bucket, key, start, end) }
}
