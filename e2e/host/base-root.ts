import type { Engine } from './engine.ts'
import { importRoot } from './roots.ts'

const packages = [
  ...[
    'docker.io',
    'docker-cli',
    'docker-compose',
    'docker-registry',
    'nginx-light',
    'openssh-server',
    'openssh-sftp-server',
  ],
  ...['ca-certificates', 'cron', 'curl', 'e2fsprogs', 'iproute2', 'iptables', 'jq', 'kmod', 'libfaketime', 'procps'],
  ...['rsync', 'sqlite3', 'sudo', 'util-linux', 'zstd', 'bash', 'gzip', 'less', 'openssl'],
]

/** The Debian root of the sample host: engine, Compose, sshd, registry and the tools a small VM has. */
export function ensureBaseRoot(engine: Engine): Promise<string> {
  return importRoot(engine, { name: 'sample-host-base', packages })
}
