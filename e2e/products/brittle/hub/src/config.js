import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

/** A mistake in the settings, which the operator can mend. */
export class ConfigError extends Error {}

/** Reads the settings file; `${NAME}` and `${NAME:default}` in it stand for variables of the environment. */
export function loadConfig(env = process.env) {
  const path = env.BRITTLE_CONFIG_PATH || '/etc/brittle/hub.config.yaml'
  const file = fillPlaceholders(parse(read(path)), env) ?? {}
  return {
    port: Number(env.HUB_PORT || file.server?.port || 3000),
    databaseUrl: required('DATABASE_URL', file.database?.url || env.DATABASE_URL, 1),
    jwtSecret: required('JWT_SECRET', file.auth?.jwtSecret || env.JWT_SECRET, 32),
    aiSecretKey: required('BRITTLE_AI_SECRET_KEY', file.ai?.secretKey || env.BRITTLE_AI_SECRET_KEY, 16),
    internalToken: text(file.internal?.token),
    artifactsFolder: parseStore(text(file.artifacts?.store) || 'file:///var/lib/brittle/artifacts'),
    organization: text(file.bootstrap?.organization) || 'default',
    projectToken: text(file.bootstrap?.projectToken),
    runMigrations: env.BRITTLE_RUN_MIGRATIONS !== 'false',
  }
}

function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new ConfigError(`cannot read the settings: ${error.message}`)
  }
}

/** A single colon, unlike Compose; a variable that is not set and has no default is a mistake. */
function fillPlaceholders(value, env) {
  if (typeof value === 'string') {
    return value.replace(/\$\{(\w+)(?::([^}]*))?\}/g, (_, name, fallback) => {
      const found = env[name] || fallback
      if (found === undefined) throw new ConfigError(`the settings name ${name}, which is not set`)
      return found
    })
  }
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fillPlaceholders(inner, env)]))
}

function required(name, value, length) {
  const given = text(value)
  if (given.length >= length) return given
  throw new ConfigError(given === '' ? `${name} is not set` : `${name} must have at least ${length} characters`)
}

function text(value) {
  return value === undefined || value === null ? '' : String(value)
}

function parseStore(store) {
  if (store.startsWith('file:///')) return store.slice('file://'.length)
  throw new ConfigError(`the artifact store ${store} is of no kind that this hub has`)
}
