import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { withLock } from './lock.ts'
import { sayWhile } from './progress.ts'
import { run } from './run.ts'

/** A Debian package and the file that shows it is there: a program on the PATH, or an absolute path. */
type Prerequisite = { readonly package: string; readonly provides: string; readonly for: 'engine' | 'images' | 'tests' }

const prerequisites: readonly Prerequisite[] = [
  { package: 'docker.io', provides: 'dockerd', for: 'engine' },
  { package: 'iptables', provides: 'iptables', for: 'engine' },
  { package: 'mmdebstrap', provides: 'mmdebstrap', for: 'images' },
  { package: 'openssh-client', provides: 'ssh-keygen', for: 'tests' },
  { package: 'chromium', provides: 'chromium', for: 'tests' },
  { package: 'fonts-dejavu-core', provides: '/usr/share/fonts/truetype/dejavu', for: 'tests' },
  { package: 'fonts-noto-core', provides: '/usr/share/fonts/truetype/noto', for: 'tests' },
]

/** What a machine that already has a Docker engine does not need from us. */
export type PrerequisiteOptions = { readonly engineAnswers?: boolean }

/**
 * Installs what the sample host and the end-to-end tests need, where we may (root on Debian or Ubuntu);
 * elsewhere says what to install. Does nothing, in a millisecond, when all is there.
 */
export async function ensurePrerequisites(options: PrerequisiteOptions = {}): Promise<void> {
  const missing = () => prerequisites.filter((item) => isNeeded(item, options) && !isPresent(item.provides))
  if (missing().length === 0) return
  if (!isRootOnDebian()) throw new Error(adviceFor(missing()))
  await withLock('prerequisites', async () => {
    const packages = missing().map((item) => item.package)
    if (packages.length > 0) await sayWhile(`installing ${packages.join(' ')}`, () => install(packages))
  })
}

/** Whether this process may install packages and make Debian roots by itself. */
export function isRootOnDebian(): boolean {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get') && /debian/.test(osRelease())
}

/** Whether a program is on the PATH (or in the sbin folders, which a user's PATH may lack) or a path exists. */
export function isPresent(program: string): boolean {
  if (program.startsWith('/')) return existsSync(program)
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']
  return folders.some((folder) => folder !== '' && existsSync(join(folder, program)))
}

function isNeeded(item: Prerequisite, { engineAnswers = false }: PrerequisiteOptions): boolean {
  if (item.provides === 'chromium' && process.platform === 'darwin') return false
  if (item.for === 'engine') return !engineAnswers
  if (item.for === 'images') return !engineAnswers || isRootOnDebian()
  return item.provides === 'ssh-keygen' || isRootOnDebian()
}

async function install(packages: readonly string[]): Promise<void> {
  const attempt = await apt(['install', '-y', '--no-install-recommends', ...packages], true)
  if (attempt.code === 0) return
  // An installation that was killed half-way stands in the way of every later one.
  await run('dpkg', ['--configure', '-a'], { allowFailure: true, timeoutMs: 900_000 })
  // The lists are absent or older than the mirror's files. A source that cannot be reached must not stop the others.
  await apt(['update'], true)
  await apt(['install', '-y', '--no-install-recommends', '--fix-missing', ...packages], false)
}

function apt(argv: readonly string[], allowFailure: boolean) {
  const options = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3', '-qq']
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return run('apt-get', [...options, ...argv], { env, allowFailure, timeoutMs: 900_000 })
}

function adviceFor(missing: readonly Prerequisite[]): string {
  const names = missing.map((item) => item.package).join(' ')
  const engine = missing.some((item) => item.for === 'engine')
  const other = engine ? ' Or start a Docker engine that this user may use.' : ''
  return `The sample host needs: ${names}. Install them (as root on Debian this happens by itself).${other}`
}

function osRelease(): string {
  return existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
}
