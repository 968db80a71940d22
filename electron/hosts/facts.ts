import type { HostFacts } from './host.ts'

/**
 * One look at a host: who, where, which clock (see `readClock`), and where the docker CLI is, also outside the PATH of
 * non-interactive shells. Constant text; nothing is ever spliced in.
 */
export const FACTS_SCRIPT = `
echo "begin=$(date +%s%N)"
echo "user=$(id -un)"; echo "uid=$(id -u)"; echo "home=$HOME"; echo "hostname=$(uname -n)"
echo "os=$(uname -s)"; echo "machine=$(uname -m)"; echo "groups=$(id -Gn)"
docker=$(command -v docker 2>/dev/null)
for candidate in /usr/local/bin/docker /usr/bin/docker /opt/docker/bin/docker /snap/bin/docker /opt/homebrew/bin/docker "$HOME/.docker/bin/docker" "$HOME/bin/docker"; do
  if [ -z "$docker" ] && [ -x "$candidate" ]; then docker=$candidate; fi
done
if [ -z "$docker" ] && [ -n "$SHELL" ]; then docker=$("$SHELL" -lc 'command -v docker' </dev/null 2>/dev/null | tail -n 1); fi
case "$docker" in /*) [ -x "$docker" ] && echo "docker=$docker" ;; esac
if command -v sudo >/dev/null 2>&1 && sudo -n true >/dev/null 2>&1; then echo "sudo=yes"; fi
echo "now=$(date +%s%N)"
`

const ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  amd64: 'amd64',
  aarch64: 'arm64',
  arm64: 'arm64',
  armv7l: 'arm',
  armv6l: 'arm',
  i686: '386',
  riscv64: 'riscv64',
  ppc64le: 'ppc64le',
  s390x: 's390x',
}

/** `uname -m` as Docker names architectures; unknown ones as they are. */
export function dockerArchitecture(machine: string): string {
  return ARCHITECTURES[machine] ?? machine
}

export function parseFacts(output: string): HostFacts {
  const values = new Map<string, string>()
  for (const line of output.split('\n')) {
    const at = line.indexOf('=')
    if (at > 0) values.set(line.slice(0, at), line.slice(at + 1).trim())
  }
  return {
    user: values.get('user') ?? '',
    uid: Number(values.get('uid') ?? Number.NaN),
    home: values.get('home') ?? '/',
    hostname: values.get('hostname') ?? '',
    os: (values.get('os') ?? '').toLowerCase(),
    architecture: dockerArchitecture(values.get('machine') ?? ''),
    dockerPath: values.get('docker') ?? null,
    groups: (values.get('groups') ?? '').split(' ').filter((group) => group !== ''),
    canSudo: values.get('sudo') === 'yes',
  }
}
