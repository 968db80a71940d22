import { readFileSync } from 'node:fs'

/**
 * What this image was built as; see `versions.ts`. `mistake` names what is wrong with the version, and each is
 * asked for at exactly one place.
 *
 * @type {{ version: string, sourceSha: string, builtAt: string, schema: number, mistake?: string }}
 */
export const build = JSON.parse(readFileSync(new URL('../build.json', import.meta.url), 'utf8'))

/** From this schema on, the signing secret of a project is in `project_secrets`; before, in `projects.jwt_secret`. */
const ownTableSince = 6

/** What to select and to join (the table of projects is `p`) to get a project with its secret, by this version. */
export const projectSecret =
  build.schema >= ownTableSince
    ? { column: 's.jwt_secret', join: 'JOIN project_secrets s ON s.project_id = p.id' }
    : { column: 'p.jwt_secret', join: '' }

export const hasSecretsTable = build.schema >= ownTableSince
