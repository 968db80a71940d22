import { readFileSync } from 'node:fs'

/**
 * What this image was built as; see `versions.ts`. `mistake` names what is wrong with the version, and each is
 * asked for at exactly one place.
 *
 * @type {{ version: string, commit: string, migrations: number, mistake?: string }}
 */
export const build = JSON.parse(readFileSync(new URL('../build.json', import.meta.url), 'utf8'))

/** From this many migrations on, what an agent is told is in `agents.input`; before, in `agents.config`. */
const inputSince = 39

export const agentColumn = build.migrations >= inputSince ? 'input' : 'config'
