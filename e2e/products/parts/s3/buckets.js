import { S3Error } from './s3-error.js'
import { element, xmlDocument } from './xml.js'

const namespace = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
const mostKeys = 1000

export async function listBuckets(store) {
  const buckets = (await store.buckets()).map(({ name, createdAt }) =>
    element('Bucket', [element('Name', name), element('CreationDate', createdAt.toISOString())]),
  )
  return xml(result('ListAllMyBucketsResult', [element('Buckets', buckets)]))
}

/** What is asked of a bucket itself. */
export async function answerBucket(store, { method, bucket, query }) {
  switch (method) {
    case 'PUT':
      await store.createBucket(bucket)
      return { status: 200 }
    case 'HEAD':
      await store.requireBucket(bucket)
      return { status: 200 }
    case 'DELETE':
      await store.deleteBucket(bucket)
      return { status: 204 }
    case 'GET':
      await store.requireBucket(bucket)
      if (query.has('location')) return xml(result('LocationConstraint', []))
      if (query.get('list-type') !== '2') throw new S3Error(501, 'NotImplemented', 'Only ListObjectsV2 lists here.')
      return xml(listPage(bucket, await store.list(bucket), query))
    default:
      throw new S3Error(405, 'MethodNotAllowed', 'The specified method is not allowed.')
  }
}

/** One page; the continuation token is the last key of the page before. */
function listPage(bucket, objects, query) {
  const prefix = query.get('prefix') ?? ''
  const token = query.get('continuation-token')
  const after = token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString()
  const limit = Math.min(Number(query.get('max-keys') ?? mostKeys), mostKeys)
  const entries = group(objects, prefix, query.get('delimiter') ?? '').filter(({ name }) => name > after)
  const page = entries.slice(0, limit)
  const next =
    entries.length > limit && page.length > 0 ? Buffer.from(page.at(-1).name).toString('base64url') : undefined
  return result('ListBucketResult', [
    element('Name', bucket),
    element('Prefix', prefix),
    element('KeyCount', page.length),
    element('MaxKeys', limit),
    element('IsTruncated', next !== undefined),
    ...(next === undefined ? [] : [element('NextContinuationToken', next)]),
    ...page.map((entry) => (entry.object ? contents(entry.object) : commonPrefix(entry.name))),
  ])
}

/** Objects below the prefix; with a delimiter, those that share a folder become one entry. */
function group(objects, prefix, delimiter) {
  const entries = new Map()
  for (const object of objects.filter(({ key }) => key.startsWith(prefix))) {
    const end = delimiter === '' ? -1 : object.key.indexOf(delimiter, prefix.length)
    if (end === -1) entries.set(object.key, { name: object.key, object })
    else entries.set(object.key.slice(0, end + 1), { name: object.key.slice(0, end + 1) })
  }
  return [...entries.values()]
}

function contents({ key, modifiedAt, etag, size }) {
  const parts = { Key: key, LastModified: modifiedAt, ETag: `"${etag}"`, Size: size, StorageClass: 'STANDARD' }
  return element(
    'Contents',
    Object.entries(parts).map(([name, value]) => element(name, value)),
  )
}

function commonPrefix(name) {
  return element('CommonPrefixes', [element('Prefix', name)])
}

function result(name, parts) {
  return element(name, parts).replace(`<${name}>`, `<${name} ${namespace}>`)
}

function xml(root) {
  return { status: 200, headers: { 'Content-Type': 'application/xml' }, body: xmlDocument(root) }
}
