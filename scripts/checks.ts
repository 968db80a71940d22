import { run } from './child.ts'

export interface Check {
  readonly title: string
  readonly command: string
  readonly args: readonly string[]
}

const types = (project: string): Check => ({
  title: `types of ${project}/`,
  command: 'tsc',
  args: ['-p', project],
})

export const TYPE_CHECKS: readonly Check[] = ['shared', 'electron', 'renderer', 'e2e'].map(types)
export const BUILD: Check = { title: 'build', command: 'electron-vite', args: ['build', '--logLevel', 'warn'] }

/** What must hold besides the tests. */
export const CHECKS: readonly Check[] = [
  { title: 'format, lint and import rules', command: 'biome', args: ['check', '--error-on-warnings', '.'] },
  ...TYPE_CHECKS,
  { title: 'no dead code', command: 'knip', args: [] },
  BUILD,
]

/** Runs one check with its output; true when it passed. */
export async function runCheck(check: Check): Promise<boolean> {
  console.log(`\n— ${check.title}`)
  return (await run(check.command, check.args)) === 0
}
