import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { S3Error } from './s3-error.js'

const skewMs = 15 * 60_000
const longestLifeSeconds = 604_800

/**
 * Checks a request's AWS signature (version 4), in the `Authorization` header or in the query, and throws an S3Error
 * unless it is right. Returns the SHA-256 that the body must have, or undefined where the client did not sign it.
 */
export function checkSignature(request, url, { accessKey, secretKey }) {
  const signed = readHeader(request) ?? readQuery(url)
  if (!signed) throw new S3Error(403, 'AccessDenied', 'Access Denied.')
  const [keyId, date, region, service] = signed.credential.split('/')
  if (keyId !== accessKey)
    throw new S3Error(403, 'InvalidAccessKeyId', 'The Access Key Id you provided does not exist.')
  checkTime(signed)
  const canonical = [
    request.method,
    canonicalPath(url),
    canonicalQuery(url),
    ...signed.headers.map(
      (name) =>
        `${name}:${String(request.headers[name] ?? '')
          .trim()
          .replace(/ +/g, ' ')}`,
    ),
    '',
    signed.headers.join(';'),
    signed.payload,
  ].join('\n')
  const scope = [date, region, service, 'aws4_request'].join('/')
  const text = ['AWS4-HMAC-SHA256', signed.time, scope, createHash('sha256').update(canonical).digest('hex')].join('\n')
  const key = [date, region, service, 'aws4_request'].reduce(hmac, `AWS4${secretKey}`)
  if (!isEqual(hmac(key, text).toString('hex'), signed.signature)) {
    throw new S3Error(403, 'SignatureDoesNotMatch', 'The request signature we calculated does not match yours.')
  }
  return /^[0-9a-f]{64}$/.test(signed.payload) ? signed.payload : undefined
}

function readHeader(request) {
  const header = request.headers.authorization
  if (!header?.startsWith('AWS4-HMAC-SHA256 ')) return undefined
  const parts = Object.fromEntries(
    header
      .slice('AWS4-HMAC-SHA256 '.length)
      .split(',')
      .map((part) => part.trim().split('=')),
  )
  const payload = request.headers['x-amz-content-sha256']
  if (!parts.Credential || !parts.SignedHeaders || !parts.Signature || !payload) {
    throw new S3Error(400, 'AuthorizationHeaderMalformed', 'The authorization header is malformed.')
  }
  if (payload.startsWith('STREAMING-')) throw new S3Error(501, 'NotImplemented', 'Chunked uploads are left out here.')
  const time = request.headers['x-amz-date'] ?? ''
  return { ...read(parts.Credential, parts.SignedHeaders, parts.Signature), payload, time }
}

function readQuery({ searchParams }) {
  if (searchParams.get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') return undefined
  const [credential, headers, signature, time, life] = [
    'Credential',
    'SignedHeaders',
    'Signature',
    'Date',
    'Expires',
  ].map((name) => searchParams.get(`X-Amz-${name}`) ?? '')
  return { ...read(credential, headers, signature), payload: 'UNSIGNED-PAYLOAD', time, lifeSeconds: Number(life) }
}

function read(credential, headers, signature) {
  return { credential, headers: headers.split(';'), signature }
}

function checkTime({ time, lifeSeconds }) {
  const at = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  const ageMs = Date.now() - at
  if (lifeSeconds !== undefined) {
    if (!(lifeSeconds <= longestLifeSeconds && ageMs <= lifeSeconds * 1_000 && ageMs > -skewMs)) {
      throw new S3Error(403, 'AccessDenied', 'Request has expired.')
    }
  } else if (!(Math.abs(ageMs) <= skewMs)) {
    throw new S3Error(403, 'RequestTimeTooSkewed', 'The difference between the request time and ours is too large.')
  }
}

function canonicalPath(url) {
  return url.pathname
    .split('/')
    .map((part) => encode(decodeURIComponent(part)))
    .join('/')
}

function canonicalQuery(url) {
  return [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&')
}

/** As RFC 3986 has it, which is stricter than JavaScript. */
function encode(text) {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
}

function hmac(key, text) {
  return createHmac('sha256', key).update(text).digest()
}

function isEqual(a, b) {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
}
