import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Engine } from './engine.ts'
import { imageExists, imageLabel } from './images.ts'
import { withLock } from './lock.ts'
import { isRootOnDebian } from './prerequisites.ts'
import { sayWhile } from './progress.ts'
import { recipeHash } from './recipe-hash.ts'
import { CommandError } from './run.ts'

/** A Debian root to make into an image. */
export type RootRecipe = {
  /** The image becomes `slipway/<name>:<hash of the recipe>`. */
  readonly name: string
  /** Debian packages, beside the smallest system with apt. */
  readonly packages: readonly string[]
  /** Dockerfile instructions for the image's settings, such as `CMD ["redis-server"]` or `ENV A=b`. */
  readonly changes?: readonly string[] | undefined
}

const suite = 'trixie'
/** Nobody reads these in a container; without them an image is a fifth smaller. */
const leftOut = [
  '/usr/share/doc/*',
  '/usr/share/man/*',
  '/usr/share/locale/*',
  '/usr/share/info/*',
  '/usr/share/lintian/*',
]
const timeoutMs = 600_000

/** Makes the root an image of the outer engine, once for each recipe, and returns the image's name with its tag. */
export async function importRoot(engine: Engine, recipe: RootRecipe): Promise<string> {
  const packages = [...recipe.packages].sort()
  const changes = recipe.changes ?? []
  const image = `slipway/${recipe.name}:${recipeHash({ suite, leftOut, packages, changes })}`
  if (await imageExists(engine, image)) return image
  await withLock(`root-${recipe.name}`, async () => {
    if (await imageExists(engine, image)) return
    const make = isRootOnDebian() ? makeByMmdebstrap : makeFromPublishedImage
    const labelled = [...changes, `LABEL ${imageLabel}`]
    await sayWhile(`building the Debian root ${recipe.name} (about 30 s, once)`, () =>
      make(engine, image, packages, labelled),
    )
  })
  return image
}

type Make = (engine: Engine, image: string, packages: readonly string[], changes: readonly string[]) => Promise<void>

/** Streams the root from mmdebstrap into the engine; no mirror is named, so Debian's own choice or the machine's holds. */
const makeByMmdebstrap: Make = async (engine, image, packages, changes) => {
  const argv = ['--quiet', '--mode=root', '--variant=minbase', '--format=tar', `--include=${packages.join(',')}`]
  const slim = leftOut.map((path) => `--dpkgopt=path-exclude=${path}`)
  // In a process group of its own: when mmdebstrap fails, it kills its group.
  const maker = spawn('mmdebstrap', [...argv, ...slim, suite, '-'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const stderr: string[] = []
  maker.stderr.on('data', (chunk: Buffer) => stderr.push(chunk.toString()))
  const closed = once(maker, 'close') as Promise<[number | null]>
  // Imported under its name only when the whole root has arrived: a half root must never carry the tag.
  const imported = await engine.docker(importArguments(changes), { input: maker.stdout, timeoutMs, allowFailure: true })
  const [code] = await closed
  if (code !== 0) throw new CommandError('mmdebstrap', { stdout: '', stderr: stderr.join(''), code: code ?? 137 })
  if (imported.code !== 0) throw new CommandError('docker import', imported)
  await engine.docker(['tag', imported.stdout.trim(), image])
}

function importArguments(changes: readonly string[]): string[] {
  return ['import', ...changes.flatMap((change) => ['--change', change]), '-']
}

/** Where there is no mmdebstrap there is a Docker with its usual access to published images. */
const makeFromPublishedImage: Make = async (engine, image, packages, changes) => {
  const install = `apt-get update -qq && apt-get install -y -qq --no-install-recommends ${packages.join(' ')}`
  const clean = 'rm -rf /var/lib/apt/lists/*'
  const excludes = leftOut.map((path) => `path-exclude=${path}`).join('\\n')
  const dockerfile = [
    `FROM debian:${suite}-slim`,
    `RUN printf '${excludes}\\n' > /etc/dpkg/dpkg.cfg.d/slim && export DEBIAN_FRONTEND=noninteractive && ${install} && ${clean}`,
    ...changes,
  ]
  await engine.docker(['build', '--tag', image, '-'], { input: `${dockerfile.join('\n')}\n`, timeoutMs })
}
