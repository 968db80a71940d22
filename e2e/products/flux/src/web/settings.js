import { optional, required } from '../common/environment.js'

required('NEXTAUTH_SECRET', { minLength: 32 })

/** What the control plane is set up with; empty where a part of it is not wanted. */
export const settings = {
  port: 3000,
  systemDatabaseUrl: required('FLUX_SYSTEM_DATABASE_URL'),
  sharedPostgresUrl: required('FLUX_SHARED_POSTGRES_URL'),
  /** Tenants are at `api--<slug>--<hash>.<domain>`. */
  domain: optional('FLUX_DOMAIN', 'flux.localhost'),
  /** Where tenants are probed with their Host header, past DNS and TLS. */
  probeGatewayUrl: optional('FLUX_TENANT_PROBE_GATEWAY_URL', ''),
  backupsFolder: optional('FLUX_BACKUPS_LOCAL_DIR', '/srv/flux/backups'),
  offsiteFolder: optional('FLUX_BACKUPS_OFFSITE_DIR', '/srv/flux/backups-offsite'),
  verifyImage: optional('FLUX_BACKUP_VERIFY_POSTGRES_IMAGE', 'postgres:17-alpine'),
  /** The key of the operator's own CLI. */
  apiToken: optional('FLUX_API_TOKEN', ''),
}
