import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Engine } from './engine.ts'
import { imageExists, imageLabel } from './images.ts'
import { withLock } from './lock.ts'
import { cacheFolder } from './paths.ts'
import { isRootOnDebian } from './prerequisites.ts'
import { sayWhile } from './progress.ts'
import { recipeHash } from './recipe-hash.ts'
import { CommandError, run } from './run.ts'

/** A Debian root to make into an image. */
export type RootRecipe = {
  /** The image becomes `slipway/<name>:<hash of the recipe>`. */
  readonly name: string
  /** Debian packages, beside the smallest system with apt. */
  readonly packages: readonly string[]
  /** Dockerfile instructions for the image's settings, such as `CMD ["redis-server"]` or `ENV A=b`. */
  readonly changes?: readonly string[] | undefined
  /** The Debian release; `trixie` unless told. */
  readonly suite?: string | undefined
  /** Paths of the packages, as patterns, that this root can do without. */
  readonly leaveOut?: readonly string[] | undefined
  /** Files, by absolute path, that are there before any of the packages: settings that their set-up scripts read. */
  readonly files?: Readonly<Record<string, string>> | undefined
}

/** A recipe with all that it leaves open decided; its hash is the image's tag. */
type Root = {
  readonly suite: string
  readonly leftOut: readonly string[]
  readonly packages: readonly string[]
  readonly changes: readonly string[]
  readonly files?: Readonly<Record<string, string>>
}

const usualSuite = 'trixie'
/** Nobody reads these in a container; without them an image is a fifth smaller. */
const leftOut = [
  '/usr/share/doc/*',
  '/usr/share/man/*',
  '/usr/share/locale/*',
  '/usr/share/info/*',
  '/usr/share/lintian/*',
]
/** Tells dpkg to leave them out. */
const leftOutPath = '/etc/dpkg/dpkg.cfg.d/slim'
const formatLeftOut = (paths: readonly string[]) => paths.map((path) => `path-exclude=${path}\n`).join('')
const timeoutMs = 600_000

/** Makes the root an image of the outer engine, once for each recipe, and returns the image's name with its tag. */
export async function importRoot(engine: Engine, recipe: RootRecipe): Promise<string> {
  const root = decide(recipe)
  const image = `slipway/${recipe.name}:${recipeHash(root)}`
  if (await imageExists(engine, image)) return image
  await withLock(`root-${recipe.name}`, async () => {
    if (await imageExists(engine, image)) return
    const make = isRootOnDebian() ? makeByMmdebstrap : makeFromPublishedImage
    const labelled = { ...root, changes: [...root.changes, `LABEL ${imageLabel}`] }
    await sayWhile(`building the Debian root ${recipe.name}`, () => make(engine, image, labelled))
  })
  return image
}

function decide({ packages, changes = [], suite = usualSuite, leaveOut = [], files }: RootRecipe): Root {
  const decided = { suite, leftOut: [...leftOut, ...leaveOut], packages: [...packages].sort(), changes }
  return files === undefined ? decided : { ...decided, files }
}

type Make = (engine: Engine, image: string, root: Root) => Promise<void>

/** Streams the root from mmdebstrap into the engine; no mirror is named, so Debian's own choice or the machine's holds. */
const makeByMmdebstrap: Make = async (engine, image, root) => {
  const argv = [
    '--quiet',
    '--mode=root',
    '--variant=custom',
    '--format=tar',
    ...hooks(await smallestRoot(root.suite), root),
  ]
  // In a process group of its own: when mmdebstrap fails, it kills its group.
  const maker = spawn('mmdebstrap', [...argv, '', '-'], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const stderr: string[] = []
  maker.stderr.on('data', (chunk: Buffer) => stderr.push(chunk.toString()))
  const closed = once(maker, 'close') as Promise<[number | null]>
  // Imported under its name only when the whole root has arrived: a half root must never carry the tag.
  const imported = await engine.docker(importArguments(root.changes), {
    input: maker.stdout,
    timeoutMs,
    allowFailure: true,
  })
  const [code] = await closed
  if (code !== 0) throw new CommandError('mmdebstrap', { stdout: '', stderr: stderr.join(''), code: code ?? 137 })
  if (imported.code !== 0) throw new CommandError('docker import', imported)
  await engine.docker(['tag', imported.stdout.trim(), image])
}

/** What turns the smallest root of a release into the one that is wanted. */
function hooks(smallest: string, { leftOut, packages, files = {} }: Root): string[] {
  const install = `DEBIAN_FRONTEND=noninteractive chroot "$1" apt-get install -yqq --no-install-recommends ${packages.join(' ')}`
  return [
    `--setup-hook=mmtarfilter '--path-exclude=/dev/*' < '${smallest}' | tar -x -C "$1"`,
    ...Object.entries({ ...files, [leftOutPath]: formatLeftOut(leftOut) }).map(
      ([path, text]) => `--customize-hook=${writeFileCommand(path, text, '"$1"')}`,
    ),
    `--customize-hook=${install}`,
  ]
}

/** The smallest Debian of a release that has apt, as a file: made once, since every other root begins with it. */
async function smallestRoot(suite: string): Promise<string> {
  const place = join(cacheFolder('debian-roots'), `${suite}-${recipeHash(leftOut)}.tar`)
  await withLock(`smallest-${suite}`, async () => {
    if (existsSync(place)) return
    const unfinished = `${place}.unfinished`
    const slim = leftOut.map((path) => `--dpkgopt=path-exclude=${path}`)
    const argv = ['--quiet', '--mode=root', '--variant=minbase', '--format=tar', ...slim, suite, unfinished]
    await sayWhile(`building the smallest Debian ${suite}`, () => run('mmdebstrap', argv, { timeoutMs }))
    renameSync(unfinished, place)
  })
  return place
}

function importArguments(changes: readonly string[]): string[] {
  return ['import', ...changes.flatMap((change) => ['--change', change]), '-']
}

/** Where there is no mmdebstrap there is a Docker with its usual access to published images. */
const makeFromPublishedImage: Make = async (engine, image, { suite, leftOut, packages, changes, files = {} }) => {
  const install = `apt-get update -qq && apt-get install -y -qq --no-install-recommends ${packages.join(' ')}`
  const clean = 'rm -rf /var/lib/apt/lists/*'
  const dockerfile = [
    `FROM debian:${suite}-slim`,
    ...Object.entries({ ...files, [leftOutPath]: formatLeftOut(leftOut) }).map(
      ([path, text]) => `RUN ${writeFileCommand(path, text)}`,
    ),
    `RUN export DEBIAN_FRONTEND=noninteractive && ${install} && ${clean}`,
    ...changes,
  ]
  await engine.docker(['build', '--tag', image, '-'], { input: `${dockerfile.join('\n')}\n`, timeoutMs })
}

/** A shell command that writes the file below a root; the text travels in an encoding that no shell takes apart. */
function writeFileCommand(path: string, text: string, root = ''): string {
  const encoded = Buffer.from(text).toString('base64')
  return `mkdir -p ${root}'${dirname(path)}' && echo ${encoded} | base64 -d > ${root}'${path}'`
}
