import { HttpError } from '../http-error.js'
import { readJson, requireTexts } from '../server.js'

const results = ['passed', 'failed', 'flaky']
const oneSession = /^\/api\/sessions\/(?<id>[0-9a-f-]{36})$/
const oneArtifact = /^\/api\/sessions\/(?<id>[0-9a-f-]{36})\/artifacts\/(?<name>[\w-][\w.-]{0,99})$/

/** What reporters send and the dashboard shows: sessions, and the files that belong to them. */
export function sessionRoutes({ authenticate, sessions, artifacts, store }) {
  async function find(request, id) {
    const organization = await authenticate(request)
    const session = await sessions.find(organization.id, id)
    if (session === null) throw new HttpError(404, 'there is no such session')
    return { organization, session }
  }

  async function create({ request }) {
    const organization = await authenticate(request)
    const body = await readJson(request)
    requireTexts(body, 'project', 'title')
    if (!results.includes(body.status)) throw new HttpError(400, `status must be one of ${results.join(', ')}`)
    return { status: 201, body: await sessions.create(organization.id, body) }
  }

  async function list({ request }) {
    const { id } = await authenticate(request)
    return { status: 200, body: { total: await sessions.count(id), sessions: await sessions.list(id) } }
  }

  async function show({ request, params }) {
    const { session } = await find(request, params.id)
    const files = await artifacts.listOf(session.id)
    const described = files.map(async ({ path, ...file }) => ({ ...file, available: await store.has(path) }))
    return { status: 200, body: { ...session, artifacts: await Promise.all(described) } }
  }

  async function remove({ request, params }) {
    const { organization, session } = await find(request, params.id)
    const files = await artifacts.listOf(session.id)
    await sessions.remove(organization.id, session.id)
    for (const { path } of files) await store.remove(path)
  }

  async function upload({ request, params }) {
    const { organization, session } = await find(request, params.id)
    const path = store.pathOf(organization.slug, session.id, params.name)
    const written = await store.write(path, request)
    const contentType = request.headers['content-type'] ?? 'application/octet-stream'
    await artifacts.add(session.id, { name: params.name, path, contentType, ...written })
    return { status: 201, body: { name: params.name, ...written } }
  }

  async function download({ request, params }) {
    const { session } = await find(request, params.id)
    const file = (await artifacts.listOf(session.id)).find(({ name }) => name === params.name)
    if (!file) throw new HttpError(404, 'the session has no such artifact')
    // A database without the files that it names: what a restore of only one of both leaves.
    if (!(await store.has(file.path))) throw new HttpError(410, 'the file of this artifact is missing')
    return { status: 200, stream: store.read(file.path), type: file.contentType }
  }

  return [
    ['POST', /^\/api\/sessions$/, create],
    ['GET', /^\/api\/sessions$/, list],
    ['GET', oneSession, show],
    ['DELETE', oneSession, remove],
    ['PUT', oneArtifact, upload],
    ['GET', oneArtifact, download],
  ]
}
