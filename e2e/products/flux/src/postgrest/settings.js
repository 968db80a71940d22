import { optional, required } from '../common/environment.js'

export const settings = {
  port: Number(optional('PGRST_SERVER_PORT', '3000')),
  databaseUrl: required('PGRST_DB_URI'),
  jwtSecret: required('PGRST_JWT_SECRET', { minLength: 32 }),
  /** Who callers without a token are; empty: they are refused. */
  anonymousRole: optional('PGRST_DB_ANON_ROLE', ''),
  poolSize: Number(optional('PGRST_DB_POOL', '10')),
}
