import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

export interface StaticFile {
  readonly body: Buffer<ArrayBuffer>
  readonly contentType: string
  readonly cacheControl: string
}

async function readOrNull(path: string): Promise<Buffer<ArrayBuffer> | null> {
  try {
    return await readFile(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'EISDIR', 'ENOTDIR'].includes(String(error.code))) {
      return null
    }
    throw error
  }
}

function decodePath(pathname: string): string | null {
  try {
    const decoded = decodeURIComponent(pathname)
    return decoded.includes('\0') ? null : decoded
  } catch {
    return null
  }
}

/**
 * A file of the built page, or null. Paths without an extension are screens and get `index.html`; nothing
 * outside `root` is ever read.
 */
export async function readStaticFile(root: string, pathname: string): Promise<StaticFile | null> {
  const decoded = decodePath(pathname)
  if (decoded === null) return null
  const extension = extname(decoded)
  const path = join(root, extension === '' ? 'index.html' : normalize(decoded))
  const contentType = CONTENT_TYPES[extension === '' ? '.html' : extension]
  if (contentType === undefined || !path.startsWith(normalize(root) + sep)) return null
  const body = await readOrNull(path)
  if (body === null) return null
  // Names in assets/ carry a hash of their content; the page that names them must always be fresh.
  const cacheControl = decoded.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-store'
  return { body, contentType, cacheControl }
}
