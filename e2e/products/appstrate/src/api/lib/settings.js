/** @typedef {ReturnType<typeof readSettings>} Settings */

const defaultModules = 'oidc,webhooks,mcp,core-providers,@appstrate/module-chat'
const defaultLimits = { timeout_ceiling_seconds: 1800, per_org_global_rate_per_min: 200, max_concurrent_per_org: 50 }

/**
 * Reads and checks the environment. Throws on the first thing that is missing or wrong.
 *
 * @param {NodeJS.ProcessEnv} env
 */
export function readSettings(env) {
  const appUrl = env.APP_URL || 'http://localhost:3000'
  if (env.NODE_ENV === 'production' && !appUrl.startsWith('https://')) fail('APP_URL must be https in production')
  return {
    appUrl,
    port: Number(env.PORT || 3000),
    databaseUrl: required(env, 'DATABASE_URL'),
    redisUrl: required(env, 'REDIS_URL'),
    modules: (env.MODULES || defaultModules).split(','),
    trustedOrigins: (env.TRUSTED_ORIGINS || appUrl).split(',').map((origin) => origin.trim()),
    runLimits: { ...defaultLimits, ...readJson(env, 'PLATFORM_RUN_LIMITS', '{}') },
    runnerImage: required(env, 'PI_IMAGE'),
    dockerSocket: env.DOCKER_SOCKET || '/var/run/docker.sock',
    storage: readStorage(env),
    secrets: readSecrets(env),
  }
}

function readStorage(env) {
  return {
    bucket: required(env, 'S3_BUCKET'),
    region: env.S3_REGION || 'us-east-1',
    endpoint: required(env, 'S3_ENDPOINT'),
    accessKeyId: required(env, 'AWS_ACCESS_KEY_ID'),
    secretAccessKey: required(env, 'AWS_SECRET_ACCESS_KEY'),
  }
}

function readSecrets(env) {
  const auth = required(env, 'BETTER_AUTH_SECRET')
  if (auth.length < 32) fail('BETTER_AUTH_SECRET must have 32 characters or more')
  // An unused map is an empty string: a map without keys could sign nothing.
  if (env.BETTER_AUTH_SECRETS === '{}') fail('BETTER_AUTH_SECRETS must be empty when it is not used')
  return {
    auth,
    uploads: readKeyring(env, 'UPLOAD_SIGNING_SECRET'),
    runs: readKeyring(env, 'RUN_TOKEN_SECRET'),
    connect: readKeyring(env, 'CONNECT_SESSION_SECRET'),
    encryption: readEncryptionKeys(env),
  }
}

/** Comma-separated: the first signs, all of them verify. */
function readKeyring(env, name) {
  const keys = required(env, name)
    .split(',')
    .map((key) => key.trim())
  if (keys.some((key) => key.length < 16)) fail(`each key of ${name} must have 16 characters or more`)
  return keys
}

/** The active key encrypts; the retired ones decrypt what they encrypted. */
function readEncryptionKeys(env) {
  const active = env.CONNECTION_ENCRYPTION_KEY_ID || 'k1'
  const retired = readJson(env, 'CONNECTION_ENCRYPTION_KEYS', '{}')
  const keys = { ...retired, [active]: required(env, 'CONNECTION_ENCRYPTION_KEY') }
  return { active, keys: new Map(Object.entries(keys).map(([kid, text]) => [kid, decodeKey(kid, text)])) }
}

function decodeKey(kid, text) {
  const key = Buffer.from(text, 'base64')
  if (key.length !== 32) fail(`the encryption key ${kid} must be exactly 32 bytes in base64`)
  return key
}

function readJson(env, name, fallback) {
  try {
    return JSON.parse(env[name] || fallback)
  } catch {
    return fail(`${name} is not JSON`)
  }
}

function required(env, name) {
  return env[name] || fail(`${name} is required`)
}

function fail(message) {
  throw new Error(`Invalid environment: ${message}`)
}
