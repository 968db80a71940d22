import { posix } from 'node:path'
import { z } from 'zod'
import type { KeptCopy } from '../../shared/operations/backup-manifest.ts'
import type { Stack } from '../stacks/stack.ts'
import { flush } from './flush.ts'
import { listStackFiles } from './list-stack-files.ts'

/**
 * `FOLDER (PATH COPY)…`, on the host: the content, which holds secrets, passes nothing else. Readable by their owner
 * only, whatever the originals are.
 */
const KEEP = `set -eu
umask 077
folder=$1; shift
mkdir -p -- "$folder"
while [ $# -gt 0 ]; do
  cp -- "$1" "$folder/$2"
  chmod 600 "$folder/$2"
  printf '%s\\t%s\\n' "$(stat -c %s -- "$folder/$2")" "$(sha256sum < "$folder/$2" | cut -c 1-64)"
  shift 2
done
${flush('"$folder"')}`

const lineSchema = z.tuple([z.coerce.number().int(), z.string().length(64)])

/** Copies the compose and environment files of a stack into a folder of the host. */
export async function keepStackFiles(stack: Stack, folder: string, signal: AbortSignal): Promise<KeptCopy[]> {
  const { host } = stack.session
  const paths = await listStackFiles(stack, signal)
  const copies = paths.map((path, index) => ({ path, copy: `${index}-${posix.basename(path)}` }))
  const args = copies.flatMap(({ path, copy }) => [path, copy])
  const { stdout } = await host.exec(['sh', '-c', KEEP, 'sh', folder, ...args], { sudo: host.usesSudo, signal })
  const lines = stdout.trimEnd().split('\n')
  return copies.map(({ path, copy }, index) => {
    const [sizeBytes, sha256] = lineSchema.parse(lines[index]?.split('\t'))
    return { path, copy: `files/${copy}`, sizeBytes, sha256 }
  })
}
