import { posix } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Stack } from '../stacks/stack.ts'

const entrySchema = z.union([z.string(), z.looseObject({ path: z.string() }).transform(({ path }) => path)])
const composeFileSchema = z.looseObject({
  services: z.record(
    z.string(),
    z.looseObject({ env_file: z.union([z.array(entrySchema), entrySchema.transform((path) => [path])]).optional() }),
  ),
})

/**
 * Every file that says what the stack is: compose files and environment files, those of services and Compose's own
 * `.env`. A link to a file counts as that file, as it does for Compose.
 */
export async function listStackFiles(stack: Stack, signal?: AbortSignal): Promise<string[]> {
  const { directory, files, envFiles } = stack.project
  const { host } = stack.session
  const options = signal === undefined ? {} : { signal }
  const env = envFiles.length > 0 ? envFiles : [`${directory}/.env`]
  const texts = await Promise.all(files.map((path) => host.files.read(path, options)))
  const named = texts.flatMap((text) => envFilesIn(text.toString('utf8'), directory))
  const found = await Promise.all(
    [...new Set([...files, ...env, ...named])].map(async (path) =>
      (await host.files.stat(path, { ...options, follow: true }))?.type === 'file' ? [path] : [],
    ),
  )
  return found.flat()
}

/** What cannot be read as YAML is no reason to stop: Compose has read it before. Paths with variables are left out. */
function envFilesIn(text: string, directory: string): string[] {
  try {
    const { services } = composeFileSchema.parse(parse(text))
    return Object.values(services)
      .flatMap(({ env_file: paths = [] }) => paths)
      .filter((path) => !path.includes('$'))
      .map((path) => posix.resolve(directory, path))
  } catch {
    return []
  }
}
