import { AwsClient } from 'aws4fetch'
import { logger } from './logger.js'

/** The bucket. Every request is signed (AWS signature, version 4), path style. */
export function openStorage({ bucket, region, endpoint, accessKeyId, secretAccessKey }) {
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 2 })
  const ask = async (method, key, body, headers) => {
    const path = key.split('/').map(encodeURIComponent).join('/')
    const response = await client.fetch(`${endpoint}/${bucket}/${path}`, { method, body, headers })
    if (!response.ok) throw new Error(`Storage: ${method} ${key}: ${response.status} ${await response.text()}`)
    return response
  }
  logger.info({ bucket, endpoint }, 'Storage: S3')
  return {
    put: (key, body, contentType) => ask('PUT', key, body, { 'Content-Type': contentType }),
    get: async (key) => Buffer.from(await (await ask('GET', key)).arrayBuffer()),
    remove: (key) => ask('DELETE', key),
  }
}
