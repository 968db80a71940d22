import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const root = dirname(import.meta.dirname)
/** A project with the same lint rules and one file. */
const folder = mkdtempSync(join(tmpdir(), 'import-rules-'))
copyFileSync(join(root, 'biome.json'), join(folder, 'biome.json'))
afterAll(() => rmSync(folder, { recursive: true }))

/** What the linter says about a file with one import. */
function lint(file: string, specifier: string): string {
  const path = join(folder, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `import { thing } from '${specifier}'\n\nexport const used = thing\n`)
  const biome = join(root, 'node_modules', '.bin', 'biome')
  const argv = ['lint', '--only=style/noRestrictedImports', '--vcs-enabled=false', file]
  const { stdout, stderr } = spawnSync(biome, argv, { cwd: folder, encoding: 'utf8' })
  rmSync(path)
  const output = stdout + stderr
  // Without this a linter that did not run at all would pass for one that found nothing.
  expect(output).toContain('Checked 1 file')
  return output
}

test.each([
  ['renderer/hosts/list.tsx', '../../electron/hosts/host.ts', 'only by the contract'],
  ['renderer/hosts/list.tsx', 'node:fs', 'Node is not there'],
  ['renderer/hosts/list.tsx', 'electron', 'may import electron'],
  ['shared/versions/compare.ts', 'node:path', 'Node is not there'],
  ['shared/versions/compare.ts', '../../electron/hosts/host.ts', 'imports nothing but shared/'],
  ['shared/versions/compare.ts', '../../renderer/lib/client.ts', 'imports nothing but shared/'],
  ['electron/docker/engine.ts', 'ssh2', 'Only electron/hosts/ may import ssh2'],
  ['electron/stacks/read.ts', 'dockerode', 'Nothing but bench/ may import dockerode'],
  ['electron/docker/engine.ts', 'dockerode', 'Nothing but bench/ may import dockerode'],
  ['electron/rpc/error-boundary.ts', 'dockerode', 'Nothing but bench/ may import dockerode'],
  ['electron/router.ts', 'electron', 'may import electron'],
  ['electron/server.ts', 'electron', 'may import electron'],
  ['electron/operations/upgrade.ts', 'electron', 'may import electron'],
  ['electron/hosts/ssh/link.ts', '../../docker/engine.ts', 'lowest layer'],
  ['electron/docker/engine.ts', '../stacks/stack.ts', 'imports hosts/ and shared/ only'],
  ['electron/docker/engine.ts', '../storage/database.ts', 'imports hosts/ and shared/ only'],
  ['electron/stacks/read.ts', '../health/monitor.ts', 'layers above call it'],
  ['electron/health/monitor.ts', '../operations/runner.ts', 'operations/ calls it'],
  ['electron/stacks/read.ts', '../logs/tail-stack.ts', 'layers above call it'],
  ['electron/health/monitor.ts', '../logs/tail-stack.ts', 'operations/ calls it'],
  ['electron/logs/tail-stack.ts', '../health/monitor.ts', 'do not know each other'],
  ['electron/notices/notices.ts', '../health/monitor.ts', 'raises it there'],
  ['electron/operations/upgrade.ts', '../router.ts', 'Nobody imports the entry points'],
  ['electron/hosts/host-service.ts', '../app.ts', 'Nobody imports the entry points'],
  ['electron/storage/host-store.ts', '../operations/journal.ts', 'storage/ implements'],
  ['electron/web/web-server.ts', '../hosts/host.ts', 'knows nothing of hosts'],
  ['electron/operations/upgrade.ts', '../../renderer/lib/client.ts', 'does not know the page'],
])('%s may not import %s', (file, specifier, message) => {
  expect(lint(file, specifier)).toContain(message)
})

test.each([
  ['renderer/hosts/list.tsx', '../../shared/contract/hosts.ts'],
  ['electron/hosts/ssh/link.ts', 'ssh2'],
  ['electron/hosts/ssh/link.ts', '../../../shared/operations/journal.ts'],
  ['bench/api.ts', 'dockerode'],
  ['electron/operations/upgrade.ts', '../health/monitor.ts'],
  ['electron/main.ts', 'electron'],
  ['electron/desktop/window.ts', 'electron'],
  ['electron/app.ts', './operations/operation-service.ts'],
])('%s may import %s', (file, specifier) => {
  expect(lint(file, specifier)).not.toContain('noRestrictedImports')
})
