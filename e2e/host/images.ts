import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Engine } from './engine.ts'
import { withLock } from './lock.ts'
import { sayWhile } from './progress.ts'
import { folderHash, recipeHash } from './recipe-hash.ts'

/** An image to build from a folder of the repository. */
export type ImageRecipe = {
  /** The image becomes `slipway/<name>:<hash of content, arguments and base images>`. */
  readonly name: string
  readonly contextDir: string
  /** The Dockerfile, if it is not `Dockerfile` in the context; an absolute path, or relative to the context. */
  readonly dockerfile?: string | undefined
  readonly buildArgs?: Readonly<Record<string, string>> | undefined
  /** The local image(s) it is built on, with their hashes; the first is handed to the Dockerfile as `ARG BASE`. */
  readonly from?: string | readonly string[] | undefined
  /** The stage of the Dockerfile to stop at. */
  readonly target?: string | undefined
}

const timeoutMs = 900_000

/** Builds the image unless one of the same content is there, and returns its name with its tag. */
export async function buildImage(engine: Engine, recipe: ImageRecipe): Promise<string> {
  const bases = typeof recipe.from === 'string' ? [recipe.from] : (recipe.from ?? [])
  const dockerfile = dockerfilePath(recipe)
  const [base] = bases
  const buildArgs = { ...(base === undefined ? {} : { BASE: base }), ...recipe.buildArgs }
  const content = [folderHash(recipe.contextDir), readFileSync(dockerfile, 'utf8')]
  const image = `slipway/${recipe.name}:${recipeHash({ content, buildArgs, bases, target: recipe.target })}`
  if (await imageExists(engine, image)) return image
  await withLock(`build-${recipe.name}`, async () => {
    if (await imageExists(engine, image)) return
    const target = recipe.target === undefined ? [] : ['--target', recipe.target]
    const args = Object.entries(buildArgs).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`])
    const argv = [
      'build',
      '--network',
      'none',
      '--tag',
      image,
      '--file',
      dockerfile,
      ...target,
      ...args,
      recipe.contextDir,
    ]
    await sayWhile(`building ${recipe.name}`, () => engine.docker(argv, { timeoutMs }))
  })
  return image
}

/** Whether the engine has an image of that name. */
export async function imageExists(engine: Engine, image: string): Promise<boolean> {
  return (await engine.docker(['image', 'inspect', '--format', '{{.Id}}', image], { allowFailure: true })).code === 0
}

/** The image's id (its content's digest). */
export async function imageId(engine: Engine, image: string): Promise<string> {
  return (await engine.docker(['image', 'inspect', '--format', '{{.Id}}', image])).stdout.trim()
}

/** Marks the images made here, so that old ones can be told from other people's. */
export const imageLabel = 'slipway.image=1'

/** Two clones at different commits share an engine; with fewer they would throw out each other's images in turns. */
const keptVersions = 9
/** What a container uses stays, and what is wanted again is made again. */
const keptHours = 240

/** Removes all but the newest few versions of an image of ours, and all images of ours that are old. */
export async function pruneImages(engine: Engine, name: string): Promise<void> {
  const format = '{{.CreatedAt}}\t{{.Repository}}:{{.Tag}}'
  const list = await engine.docker(['image', 'ls', '--format', format, `slipway/${name}`])
  const newestFirst = list.stdout.split('\n').filter(Boolean).sort().reverse()
  for (const line of newestFirst.slice(keptVersions)) {
    await engine.docker(['image', 'rm', line.split('\t')[1] ?? ''], { allowFailure: true })
  }
  const filters = ['--filter', `label=${imageLabel}`, '--filter', `until=${keptHours}h`]
  await engine.docker(['image', 'prune', '--all', '--force', ...filters], { allowFailure: true })
}

function dockerfilePath(recipe: ImageRecipe): string {
  const name = recipe.dockerfile ?? 'Dockerfile'
  return name.startsWith('/') ? name : join(recipe.contextDir, name)
}
