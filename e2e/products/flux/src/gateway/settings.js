import { optional, required } from '../common/environment.js'

export const settings = {
  port: Number(optional('PORT', '4000')),
  systemDatabaseUrl: required('FLUX_SYSTEM_DATABASE_URL'),
  /** Has to be the one that PostgREST verifies with, byte for byte. */
  jwtSecret: required('FLUX_GATEWAY_JWT_SECRET', { minLength: 32 }),
  poolUrl: required('FLUX_POSTGREST_POOL_URL'),
  baseDomain: required('FLUX_BASE_DOMAIN').toLowerCase(),
  /** Without Redis everything goes on as if it said yes. */
  redisUrl: optional('REDIS_URL', ''),
}
