// Whether node_modules is what package-lock.json says, and the means to make it so. Plain JavaScript for any Node >= 20.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const WANTED_NODE_MAJOR = 24

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return null
  }
}

/** The `packages` of a lock file that must be there on every platform, as path → version. */
function required(lock) {
  return Object.entries(lock?.packages ?? {}).filter(([path, entry]) => path !== '' && !entry.optional && !entry.peer)
}

/**
 * npm writes node_modules/.package-lock.json at the end of an install; where it holds every required version,
 * nothing needs installing, whoever installed it.
 */
export function isInstalled(wanted, installed) {
  if (wanted === null || installed === null) return false
  return required(wanted).every(([path, entry]) => installed.packages?.[path]?.version === entry.version)
}

function ownNode() {
  return join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
}

function isWantedNode(path) {
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' })
  return stdout?.startsWith(`v${WANTED_NODE_MAJOR}.`) ?? false
}

/** The project's own Node 24, or the running one where that is as new. Null: neither. */
function findNode() {
  if (existsSync(ownNode()) && isWantedNode(ownNode())) return ownNode()
  return Number(process.versions.node.split('.')[0]) >= WANTED_NODE_MAJOR ? process.execPath : null
}

export function nodePath() {
  return findNode() ?? process.execPath
}

function npm(args) {
  const command = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm']
  // npm on Windows is a .cmd file, which only a shell can start; the arguments are our own words.
  const [file, ...first] = command
  const { status } = spawnSync(file, [...first, ...args], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32' && first.length === 0,
  })
  return status === 0
}

/** Installs what is missing and says so in a line. False when the app cannot run; the reason was printed. */
export function ensureInstalled() {
  const wanted = readJson(join(root, 'package-lock.json'))
  if (!isInstalled(wanted, readJson(join(root, 'node_modules', '.package-lock.json')))) {
    console.log('Installing the dependencies named in package-lock.json (npm ci)…')
    if (!npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'])) {
      console.error('npm ci failed. See its message above; nothing else was done.')
      return false
    }
  }
  if (findNode() !== null) return true
  console.log('Placing Node 24 in node_modules (npm rebuild node)…')
  npm(['rebuild', 'node', '--loglevel=error'])
  if (findNode() !== null) return true
  console.error(
    `Node ${WANTED_NODE_MAJOR} is needed, and its install script did not run.\n` +
      'Allow it with: npm install-scripts approve node && npm rebuild node\n' +
      `or install Node ${WANTED_NODE_MAJOR} yourself and run this again.`,
  )
  return false
}
