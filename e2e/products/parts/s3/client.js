import { createHash, createHmac } from 'node:crypto'

const empty = createHash('sha256').update('').digest('hex')

/** Signed requests without a body. */
export function createClient({ url, accessKey, secretKey }) {
  async function attempt(method, pathAndQuery) {
    const target = new URL(pathAndQuery, url)
    const response = await fetch(target, { method, headers: sign(method, target, accessKey, secretKey) })
    return { status: response.status, text: await response.text() }
  }
  return {
    try: attempt,
    /** The answer's text; throws unless the status is 200. */
    async ask(method, pathAndQuery) {
      const { status, text } = await attempt(method, pathAndQuery)
      if (status !== 200) throw new Error(readElement(text, 'Message') || `Status ${status}`)
      return text
    },
  }
}

/** The text of the first element of that name, or an empty one. */
export function readElement(xml, name) {
  return new RegExp(`<${name}>(.*?)</${name}>`).exec(xml)?.[1].replaceAll('&quot;', '') ?? ''
}

function sign(method, { host, pathname, searchParams }, accessKey, secretKey) {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
  const headers = { host, 'x-amz-content-sha256': empty, 'x-amz-date': time }
  const names = Object.keys(headers)
  const lines = names.map((name) => `${name}:${headers[name]}`)
  const query = [...searchParams]
    .map((pair) => pair.map(encodeURIComponent).join('='))
    .sort()
    .join('&')
  const canonical = [method, pathname, query, ...lines, '', names.join(';'), empty].join('\n')
  const scope = [time.slice(0, 8), 'us-east-1', 's3', 'aws4_request']
  const hash = createHash('sha256').update(canonical).digest('hex')
  const text = ['AWS4-HMAC-SHA256', time, scope.join('/'), hash].join('\n')
  const key = scope.reduce(hmac, `AWS4${secretKey}`)
  const credential = `Credential=${accessKey}/${scope.join('/')}`
  const signature = hmac(key, text).toString('hex')
  const { host: _, ...sent } = headers
  return {
    ...sent,
    authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  }
}

function hmac(key, text) {
  return createHmac('sha256', key).update(text).digest()
}
