import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { Hono } from 'hono'
import { readBody } from '../lib/body.js'
import { requireUser, sessionToken } from '../lib/guard.js'
import { Problem } from '../lib/problem.js'
import { randomId } from '../lib/seal.js'

const derive = promisify(scrypt)
const keyBytes = 32

/** People: signing up, in and out of existence. */
export const auth = new Hono()
  .post('/auth/sign-up/email', async (context) => {
    const { database } = context.get('services')
    const { email, password, name } = await readBody(context, { email: 'string', password: 'string', name: 'string' })
    const user = await database.row(
      'INSERT INTO users (id, email, name, password_hash) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING id, email, name',
      ...[randomId('usr'), email, name, await hashPassword(password)],
    )
    if (!user) throw new Problem(409, 'user_exists', 'There is a user with this address')
    return context.json({ token: await openSession(context, user.id), user })
  })
  .post('/auth/sign-in/email', async (context) => {
    const { database } = context.get('services')
    const { email, password } = await readBody(context, { email: 'string', password: 'string' })
    const user = await database.row('SELECT id, email, name, password_hash FROM users WHERE email = $1', email)
    if (!user || !(await isPassword(password, user.password_hash))) {
      throw new Problem(401, 'invalid_credentials', 'Address or password is wrong')
    }
    const { password_hash: _, ...shown } = user
    return context.json({ token: await openSession(context, user.id), user: shown })
  })
  .get('/auth/get-session', requireUser, (context) => context.json({ userId: context.get('who').userId }))
  .post('/auth/delete-user', requireUser, async (context) => {
    await context.get('services').database.row('DELETE FROM users WHERE id = $1', context.get('who').userId)
    return context.json({ success: true })
  })

async function openSession(context, userId) {
  const { database, settings } = context.get('services')
  const id = randomId('ses')
  await database.row(
    "INSERT INTO sessions (id, user_id, expires_at) VALUES ($1, $2, now() + interval '7 days')",
    id,
    userId,
  )
  return sessionToken(id, settings.secrets.auth)
}

async function hashPassword(password, salt = randomBytes(16).toString('hex')) {
  return `${salt}:${(await derive(password, salt, keyBytes)).toString('hex')}`
}

async function isPassword(password, stored) {
  const [salt] = stored.split(':')
  return timingSafeEqual(Buffer.from(await hashPassword(password, salt)), Buffer.from(stored))
}
