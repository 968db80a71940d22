import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LocalHost } from '../hosts/local-host.ts'
import type { Registry } from './registry.ts'
import { createRegistry } from './registry-client.ts'

/*
 * What a real registry does not do at will: token services, stores behind redirects, forged answers. The plain
 * registry is tested on the sample host.
 */

type Answer = (request: IncomingMessage, response: ServerResponse) => void

const AMD64 = { os: 'linux', architecture: 'amd64' }
const servers: Server[] = []
let host: LocalHost
let registry: Registry

async function serve(answer: Answer): Promise<string> {
  const server = createServer(answer)
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

beforeEach(() => {
  host = new LocalHost({ id: 'local', label: 'here' })
  registry = createRegistry(host, {
    connection: { callJson: async (_request, schema) => schema.parse({ DockerRootDir: '/' }) },
  })
})

afterEach(async () => {
  await host.dispose()
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`
const config = JSON.stringify({
  created: '2026-01-02T03:04:05Z',
  os: 'linux',
  architecture: 'amd64',
  config: { Env: ['PG_MAJOR=17'] },
  rootfs: { diff_ids: ['sha256:1'] },
})
const manifest = JSON.stringify({
  config: { digest: digestOf(config), size: config.length },
  layers: [{ digest: digestOf('layer'), size: 5 }],
})

/** A repository `app` with the tag `1`; `change` answers first, and says whether it did. */
function repository(change: (request: IncomingMessage, response: ServerResponse) => boolean = () => false): Answer {
  return (request, response) => {
    if (change(request, response)) return
    if (request.url === '/v2/') return void response.end('{}')
    if (request.url?.startsWith('/v2/app/tags/list')) return void response.end('{"name":"app","tags":["1"]}')
    if (request.url?.startsWith('/v2/app/manifests/')) {
      response.setHeader('Docker-Content-Digest', digestOf(manifest))
      return void response.end(request.method === 'HEAD' ? undefined : manifest)
    }
    if (request.url === `/v2/app/blobs/${digestOf(config)}`) return void response.end(config)
    response.statusCode = 404
    response.end('{"errors":[{"code":"NAME_UNKNOWN"}]}')
  }
}

describe('a registry behind a token service', () => {
  it('is asked with one token for all questions to a repository', async () => {
    const asked: string[] = []
    const tokens = await serve((request, response) => {
      asked.push(request.url ?? '')
      response.end('{"token":"t-1","expires_in":300}')
    })
    const address = await serve(
      repository((request, response) => {
        if (request.headers.authorization === 'Bearer t-1' || request.url === '/v2/') return false
        response.statusCode = 401
        response.setHeader(
          'WWW-Authenticate',
          `Bearer realm="http://${tokens}/token",service="reg",scope="repository:app:pull"`,
        )
        response.end('{}')
        return true
      }),
    )
    expect(await registry.tags(`${address}/app`)).toEqual(['1'])
    expect(await registry.resolve(`${address}/app`, '1', AMD64)).toMatchObject({ digest: digestOf(manifest) })
    expect(asked).toEqual(['/token?service=reg&scope=repository%3Aapp%3Apull'])
  })

  it('that refuses the token is told as that', async () => {
    const address = await serve(
      repository((request, response) => {
        if (request.url === '/v2/') return false
        response.statusCode = request.url?.startsWith('/token') ? 200 : 401
        response.setHeader('WWW-Authenticate', `Bearer realm="http://${request.headers.host}/token"`)
        response.end('{"token":"t"}')
        return true
      }),
    )
    await expect(registry.tags(`${address}/app`)).rejects.toMatchObject({ code: 'registry.unauthorized' })
  })
})

describe('a registry that redirects', () => {
  it('to a store does not give it the token', async () => {
    const seen: (string | undefined)[] = []
    const store = await serve((request, response) => {
      seen.push(request.headers.authorization)
      response.end(config)
    })
    const address = await serve(
      repository((request, response) => {
        if (request.url?.startsWith('/token')) return response.end('{"token":"t"}') !== undefined
        if (request.url === '/v2/') return false
        if (request.headers.authorization === undefined) {
          response.statusCode = 401
          response.setHeader('WWW-Authenticate', `Bearer realm="http://${request.headers.host}/token"`)
          return response.end('{}') !== undefined
        }
        if (!request.url?.includes('/blobs/')) return false
        response.statusCode = 307
        response.setHeader('Location', `http://${store}/blob`)
        return response.end() !== undefined
      }),
    )
    expect(await registry.resolve(`${address}/app`, '1', AMD64)).toMatchObject({
      diffIds: ['sha256:1'],
      environment: ['PG_MAJOR=17'],
      createdAt: '2026-01-02T03:04:05.000Z',
    })
    expect(seen).toEqual([undefined])
  })

  it('for ever is given up', async () => {
    const address = await serve(
      repository((request, response) => {
        if (request.url === '/v2/') return false
        response.statusCode = 302
        response.setHeader('Location', request.url ?? '')
        return response.end() !== undefined
      }),
    )
    await expect(registry.tags(`${address}/app`)).rejects.toMatchObject({ code: 'registry.invalid-answer' })
  })
})

describe('an answer that cannot be true is not believed', () => {
  it.each<[string, (request: IncomingMessage, response: ServerResponse) => boolean]>([
    [
      'a manifest that is not what its digest names',
      (request, response) => {
        if (!request.url?.includes('/manifests/') || request.method === 'HEAD') return false
        return response.end(manifest.replace(':5', ':6')) !== undefined
      },
    ],
    [
      'a sign-in page',
      (request, response) => request.url !== '/v2/' && response.end('<html>Sign in</html>') !== undefined,
    ],
    [
      'a manifest that the registry lost',
      (request, response) => {
        if (!request.url?.includes('/blobs/')) return false
        response.statusCode = 404
        return response.end('{}') !== undefined
      },
    ],
  ])('%s', async (_name, change) => {
    const address = await serve(repository(change))
    await expect(registry.resolve(`${address}/app`, '1', AMD64)).rejects.toMatchObject({
      code: 'registry.invalid-answer',
    })
  })

  it('a list of tags that has no end', async () => {
    let page = 0
    const address = await serve(
      repository((request, response) => {
        if (!request.url?.includes('/tags/')) return false
        page += 1
        response.setHeader('Link', `</v2/app/tags/list?last=${page}>; rel="next"`)
        return response.end(JSON.stringify({ tags: [`t${page}`] })) !== undefined
      }),
    )
    await expect(registry.tags(`${address}/app`)).rejects.toMatchObject({ code: 'registry.invalid-answer' })
  })

  it('but a list that begins anew is a whole one', async () => {
    const address = await serve(
      repository((request, response) => {
        if (!request.url?.includes('/tags/')) return false
        response.setHeader('Link', '</v2/app/tags/list?last=2>; rel="next"')
        return response.end('{"tags":["1","2"]}') !== undefined
      }),
    )
    expect(await registry.tags(`${address}/app`)).toEqual(['1', '2'])
  })
})

it('says how long a registry wants to be left alone', async () => {
  const address = await serve(
    repository((request, response) => {
      if (request.url === '/v2/') return false
      response.statusCode = 429
      response.setHeader('Retry-After', '17')
      return response.end('{}') !== undefined
    }),
  )
  await expect(registry.tags(`${address}/app`)).rejects.toMatchObject({
    code: 'registry.rate-limited',
    retryable: true,
    hint: expect.stringContaining('17 s'),
    details: { 'retry-after': '17' },
  })
})

it('takes an empty repository for what it is', async () => {
  const address = await serve(
    repository((request, response) => !!request.url?.includes('/tags/') && response.end('{"tags":null}') !== undefined),
  )
  expect(await registry.tags(`${address}/app`)).toEqual([])
})

it('ends when its caller stops waiting', async () => {
  const controller = new AbortController()
  const address = await serve(
    repository((request) => {
      if (request.url === '/v2/') return false
      controller.abort(new Error('enough'))
      return true
    }),
  )
  await expect(registry.tags(`${address}/app`, { signal: controller.signal })).rejects.toThrow('enough')
})
