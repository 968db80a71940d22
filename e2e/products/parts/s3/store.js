import { createHash, randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { S3Error } from './s3-error.js'

/** A file's first bytes are the object's facts as JSON, padded: the content always begins at the same place. */
const headBytes = 4096
const bucketName = /^[a-z0-9][a-z0-9.-]{2,62}$/

/** Buckets are folders; an object is one file in it, named by its key's hash, and appears whole or not at all. */
export function openStore(root) {
  const folder = (bucket) => `${root}/${bucket}`
  const file = (bucket, key) => `${folder(bucket)}/${createHash('sha256').update(key).digest('hex')}`

  async function requireBucket(bucket) {
    if (bucketName.test(bucket) && (await stat(folder(bucket)).catch(() => undefined))) return
    throw new S3Error(404, 'NoSuchBucket', 'The specified bucket does not exist.')
  }

  async function head(bucket, key) {
    await requireBucket(bucket)
    const facts = await readHead(file(bucket, key))
    if (!facts) throw new S3Error(404, 'NoSuchKey', 'The specified key does not exist.')
    return facts
  }

  return {
    requireBucket,
    head,
    async buckets() {
      const names = (await readdir(root)).filter((name) => bucketName.test(name)).sort()
      return await Promise.all(names.map(async (name) => ({ name, createdAt: (await stat(folder(name))).birthtime })))
    },
    async createBucket(bucket) {
      if (!bucketName.test(bucket)) throw new S3Error(400, 'InvalidBucketName', 'The specified bucket is not valid.')
      await mkdir(folder(bucket)).catch((error) => {
        if (error.code === 'EEXIST') throw new S3Error(409, 'BucketAlreadyOwnedByYou', 'You own it already.')
        throw error
      })
    },
    async deleteBucket(bucket) {
      await requireBucket(bucket)
      await rmdir(folder(bucket)).catch(() => {
        throw new S3Error(409, 'BucketNotEmpty', 'The bucket you tried to delete is not empty.')
      })
    },
    async list(bucket) {
      await requireBucket(bucket)
      const names = (await readdir(folder(bucket))).filter((name) => !name.includes('.'))
      const heads = await Promise.all(names.map((name) => readHead(`${folder(bucket)}/${name}`)))
      return heads.filter(Boolean).sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)))
    },
    /** The content from `start` to `end` (both counted). */
    read: (bucket, key, start, end) =>
      createReadStream(file(bucket, key), { start: headBytes + start, end: headBytes + end }),
    async put(bucket, key, content, facts, expectedSha256) {
      await requireBucket(bucket)
      const path = file(bucket, key)
      const unfinished = `${path}.${randomBytes(6).toString('hex')}`
      try {
        const measured = await writeContent(unfinished, content, expectedSha256)
        const whole = { ...facts, ...measured, key, modifiedAt: new Date().toISOString() }
        await writeHead(unfinished, whole)
        await rename(unfinished, path)
        return whole
      } catch (error) {
        await rm(unfinished, { force: true })
        throw error
      }
    },
    async remove(bucket, key) {
      await requireBucket(bucket)
      await rm(file(bucket, key), { force: true })
    },
  }
}

async function writeContent(path, content, expectedSha256) {
  const [md5, sha256] = [createHash('md5'), createHash('sha256')]
  let size = 0
  const measure = new Transform({
    transform(chunk, _encoding, done) {
      for (const hash of [md5, sha256]) hash.update(chunk)
      size += chunk.length
      done(null, chunk)
    },
  })
  await pipeline(content, measure, createWriteStream(path, { start: headBytes }))
  if (expectedSha256 !== undefined && sha256.digest('hex') !== expectedSha256) {
    throw new S3Error(400, 'XAmzContentSHA256Mismatch', 'The provided SHA-256 does not match what was received.')
  }
  return { size, etag: md5.digest('hex') }
}

async function writeHead(path, facts) {
  const text = Buffer.from(JSON.stringify(facts))
  if (text.length > headBytes) throw new S3Error(400, 'KeyTooLongError', 'Key and metadata are too long.')
  const handle = await open(path, 'r+')
  await handle.write(Buffer.concat([text, Buffer.alloc(headBytes - text.length, ' ')]), 0, headBytes, 0)
  await handle.sync()
  await handle.close()
}

async function readHead(path) {
  const handle = await open(path).catch(() => undefined)
  if (!handle) return undefined
  try {
    const { buffer } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    return JSON.parse(buffer.toString())
  } finally {
    await handle.close()
  }
}
