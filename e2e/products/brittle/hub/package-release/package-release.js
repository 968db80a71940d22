// package-release.js VERSION MIGRATIONS MISTAKE: makes /app one release of the hub. MIGRATIONS is how many of them it
// has, in the order of their names; those of releases that went wrong end in `.VERSION` and come on top.
import { createHash } from 'node:crypto'
import { cpSync, readdirSync, writeFileSync } from 'node:fs'

const [version, count, mistake] = process.argv.slice(2)
const source = '/opt/migrations'
const target = '/app/migrations'

const all = readdirSync(source).sort()
const shared = all.filter((name) => !/\.\d+\.\d+\.\d+$/.test(name)).slice(0, Number(count))
const own = all.filter((name) => name.endsWith(`.${version}`))
const names = [...shared, ...own.map((name) => name.replace(`.${version}`, ''))]
for (const name of shared) cpSync(`${source}/${name}`, `${target}/${name}`, { recursive: true })
for (const name of own) cpSync(`${source}/${name}`, `${target}/${name.replace(`.${version}`, '')}`, { recursive: true })

// 0.2.1 counts a migration among its own that was never put into the image.
const expected = mistake === 'UNHEALTHY' ? [...names, '20261120070000_forgotten'] : names
const release = { version, migrations: expected, mistake: mistake || null }
writeFileSync('/app/release.json', `${JSON.stringify(release, null, 2)}\n`)

// Stands for what fills real images; it differs by version, so that no pull is for free.
const blocks = []
for (let block = 0; block < 50_000; block += 1) blocks.push(createHash('sha512').update(`${version} ${block}`).digest())
writeFileSync('/app/dashboard.dat', Buffer.concat(blocks))
