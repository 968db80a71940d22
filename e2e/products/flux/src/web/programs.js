import { spawn } from 'node:child_process'

/** Starts a program whose output is a stream; `ended` rejects with what it said when it fails. */
export function start(program, argv, { input, env = {} } = {}) {
  const child = spawn(program, argv, {
    env: { ...process.env, ...env },
    stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said = (said + chunk).slice(-4_000)
  })
  if (input)
    input
      .on('error', () => child.kill())
      .pipe(child.stdin)
      .on('error', () => {})
  const ended = endOf(child, program).then((code) => {
    if (code !== 0) throw new Error(`${program} ended with code ${code}: ${said.trim()}`)
  })
  // Whoever reads the output first must not be told of a failure as of one that nobody handles.
  ended.catch(() => {})
  return { stdout: child.stdout, ended }
}

/** Runs a program to its end, and returns what it printed. */
export async function run(program, argv, options) {
  const { stdout, ended } = start(program, argv, options)
  const chunks = []
  stdout.on('data', (chunk) => chunks.push(chunk))
  await ended
  return Buffer.concat(chunks).toString()
}

function endOf(child, program) {
  const missing = `${program} is not on PATH in the flux-web container (spawn ${program} ENOENT); rebuild the image`
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(error.code === 'ENOENT' ? new Error(missing) : error))
    child.on('close', resolve)
  })
}
