import { defineConfig } from 'vitest/config'

/** Tests that need the sample host: a real sshd and dockerd. One host serves a whole file. */
const HOST_TESTS = ['**/*.host.test.ts', 'e2e/host/*.test.ts', 'e2e/products/*/*.test.ts']
const NEVER = ['**/node_modules/**', 'out/**', 'dist/**']
/** What is waited for comes when it comes: a second is too short on a machine that is busy with other tests. */
const EXPECT = { poll: { timeout: 20_000 } }

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.{ts,tsx}'],
          exclude: [...HOST_TESTS, ...NEVER],
          testTimeout: 30_000,
          expect: EXPECT,
        },
      },
      {
        test: {
          name: 'host',
          include: HOST_TESTS,
          exclude: NEVER,
          testTimeout: 180_000,
          expect: EXPECT,
          hookTimeout: 600_000,
          // Each worker starts its own hosts, which keep a small machine busy even while their tests wait.
          maxWorkers: 3,
          // Vitest refuses projects with other numbers of workers than their group's, and unit tests have one a core.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
