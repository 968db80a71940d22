import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { createClient, readElement } from './client.js'

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
  if (!fine) throw new Error(`Unable to make bucket \`${words[0]}\`. ${readElement(text, 'Message')}`)
  console.log(`Bucket created successfully \`${words[0]}\`.`)
}

/** What a bucket holds, an object a line: MD5, size and key (MinIO's own client prints times and sizes). */
async function list() {
  const [name, bucket] = words[0].split('/')
  const client = createClient(findAlias(name))
  let token = ''
  do {
    const next = token === '' ? '' : `&continuation-token=${token}`
    const page = await client.ask('GET', `/${bucket}?list-type=2${next}`)
    for (const [, object] of page.matchAll(/<Contents>(.*?)<\/Contents>/g)) {
      console.log(['ETag', 'Size', 'Key'].map((part) => readElement(object, part)).join(' '))
    }
    token = readElement(page, 'NextContinuationToken')
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
