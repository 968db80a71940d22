import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { hasRuns, release } from './release.js'

/** The files that sessions leave: videos, traces. The database knows them by their path below the folder. */
export function createArtifactStore(folder) {
  // 0.2.4 writes beside the volume, where the hub's user may not.
  const writeFolder = release.mistake === 'UPLOAD' ? `${folder.replace(/\/$/, '')}-incoming` : folder
  return {
    pathOf: (organization, sessionId, name) =>
      hasRuns ? `orgs/${organization}/sessions/${sessionId}/${name}` : `sessions/${sessionId}/${name}`,
    write: (path, content) => writeWhole(join(writeFolder, path), content),
    read: (path) => createReadStream(join(folder, path)),
    has: (path) =>
      access(join(folder, path)).then(
        () => true,
        () => false,
      ),
    remove: (path) => rm(join(folder, path), { force: true, recursive: true }),
    async move(from, to) {
      await mkdir(dirname(join(folder, to)), { recursive: true })
      await rename(join(folder, from), join(folder, to))
    },
  }
}

/** Appears under its name only when all has arrived. */
async function writeWhole(path, content) {
  await mkdir(dirname(path), { recursive: true })
  const unfinished = `${path}.${randomUUID()}.part`
  const hash = createHash('sha256')
  let sizeBytes = 0
  const file = await open(unfinished, 'wx')
  try {
    for await (const chunk of content) {
      hash.update(chunk)
      sizeBytes += chunk.length
      await file.write(chunk)
    }
    await file.sync()
    await rename(unfinished, path)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  } finally {
    await file.close()
  }
  return { sizeBytes, sha256: hash.digest('hex') }
}
