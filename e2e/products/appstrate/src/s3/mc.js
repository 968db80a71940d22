import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { createClient, readMessage } from './client.js'

// The few commands of MinIO's client that stacks use: alias set, mb, ls.
const configPath = `${process.env.HOME ?? '/root'}/.mc/config.json`

const [command, ...rest] = process.argv.slice(2)
const options = rest.filter((word) => word.startsWith('-'))
const words = rest.filter((word) => !word.startsWith('-'))
const commands = { alias: setAlias, mb: makeBucket, ls: list }

try {
  if (!commands[command]) throw new Error(`'${command}' is not a recognized command`)
  await commands[command]()
} catch (error) {
  console.error(`mc: <ERROR> ${error.message}`)
  process.exitCode = 1
}

async function setAlias() {
  const [, name, url, accessKey, secretKey] = words
  const alias = { url, accessKey, secretKey }
  await createClient(alias).ask('GET', '/')
  mkdirSync(dirname(configPath), { recursive: true })
  writeFileSync(configPath, JSON.stringify({ ...readAliases(), [name]: alias }), { mode: 0o600 })
  console.log(`Added \`${name}\` successfully.`)
}

async function makeBucket() {
  const [name, bucket] = words[0].split('/')
  const { status, text } = await createClient(findAlias(name)).try('PUT', `/${bucket}`)
  const fine = status === 200 || (status === 409 && options.includes('--ignore-existing'))
  if (!fine) throw new Error(`Unable to make bucket \`${words[0]}\`. ${readMessage(text)}`)
  console.log(`Bucket created successfully \`${words[0]}\`.`)
}

/** The keys of a bucket, one a line. */
async function list() {
  const [name, bucket] = words[0].split('/')
  const client = createClient(findAlias(name))
  let token = ''
  do {
    const next = token === '' ? '' : `&continuation-token=${token}`
    const page = await client.ask('GET', `/${bucket}?list-type=2${next}`)
    for (const [, key] of page.matchAll(/<Key>(.*?)<\/Key>/g)) console.log(key)
    token = /<NextContinuationToken>(.*?)</.exec(page)?.[1] ?? ''
  } while (token !== '')
}

function findAlias(name) {
  const found = readAliases()[name]
  if (!found) throw new Error(`The alias \`${name}\` does not exist`)
  return found
}

function readAliases() {
  try {
    return JSON.parse(readFileSync(configPath, 'utf8'))
  } catch {
    return {}
  }
}
