import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'

// Keeps the first so many migrations of the folder, and writes the journal in which drizzle looks them up.
const [folder, count] = process.argv.slice(2)
const firstAt = Date.UTC(2026, 0, 5)
const apartMs = 4 * 86_400_000

const files = readdirSync(folder)
  .filter((name) => name.endsWith('.sql'))
  .sort()
for (const file of files.splice(Number(count))) rmSync(`${folder}/${file}`)
const entries = files.map((file, idx) => ({
  idx,
  version: '7',
  when: firstAt + idx * apartMs,
  tag: file.slice(0, -'.sql'.length),
  breakpoints: true,
}))
mkdirSync(`${folder}/meta`, { recursive: true })
writeFileSync(`${folder}/meta/_journal.json`, JSON.stringify({ version: '7', dialect: 'postgresql', entries }))
