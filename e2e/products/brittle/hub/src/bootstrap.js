import { createHash } from 'node:crypto'

/** What the settings ask to be there from the start: the organization, and the token of its reporters. */
export async function bootstrap(pool, { organization, projectToken }) {
  await pool.query('INSERT INTO organizations (slug, name) VALUES ($1, $1) ON CONFLICT (slug) DO NOTHING', [
    organization,
  ])
  if (projectToken === '') return
  await pool.query(
    `INSERT INTO project_tokens (org_id, name, token_hash)
     SELECT id, 'bootstrap', $2 FROM organizations WHERE slug = $1 ON CONFLICT (token_hash) DO NOTHING`,
    [organization, hashToken(projectToken)],
  )
}

/** Tokens are long and random: a plain hash is enough for them. */
export function hashToken(token) {
  return createHash('sha256').update(token).digest('hex')
}
