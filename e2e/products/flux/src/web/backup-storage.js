import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { copyFile, mkdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { settings } from './settings.js'

export function artifactPath({ projectId, id }, folder = settings.backupsFolder) {
  return join(folder, projectId, `${id}.dump`)
}

/** Before the program is started whose output is to be written: what nobody reads when it ends is lost. */
export async function makeArtifactFolder(backup) {
  await makeFolder(dirname(artifactPath(backup)))
}

/** Writes a stream to the artifact of a backup, and says how long it was and what its SHA-256 is. */
export async function writeArtifact(backup, stream) {
  const path = artifactPath(backup)
  const hash = createHash('sha256')
  let sizeBytes = 0
  const measure = new Transform({
    transform(chunk, _encoding, next) {
      hash.update(chunk)
      sizeBytes += chunk.length
      next(null, chunk)
    },
  })
  await pipeline(stream, measure, createWriteStream(path, { mode: 0o600 }))
  return { sizeBytes, checksumSha256: hash.digest('hex') }
}

export async function copyOffsite(backup) {
  const target = artifactPath(backup, settings.offsiteFolder)
  await makeFolder(dirname(target))
  await copyFile(artifactPath(backup), target)
}

/** Why the artifact of a complete backup is not what the catalog says; null where it is. */
export async function faultOf(backup) {
  const path = artifactPath(backup)
  const found = await stat(path).catch(() => null)
  if (found === null) return `artifact is missing: ${path}`
  if (found.size === 0) return 'artifact is empty'
  if (found.size !== backup.sizeBytes) return `artifact has ${found.size} bytes instead of ${backup.sizeBytes}`
  return (await sha256Of(path)) === backup.checksumSha256 ? null : 'artifact does not match its checksum'
}

export async function removeArtifacts(projectId) {
  for (const folder of [settings.backupsFolder, settings.offsiteFolder]) {
    await rm(join(folder, projectId), { recursive: true, force: true })
  }
}

async function sha256Of(path) {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

async function makeFolder(path) {
  try {
    await mkdir(path, { recursive: true })
  } catch (error) {
    if (error.code !== 'EACCES') throw error
    throw new Error(`Backup storage is not writable (EACCES): cannot create ${path}; chown the paths to uid 1001`)
  }
}
