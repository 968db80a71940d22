import { expect, test } from 'vitest'
import { runbookSchema } from '../../shared/runbook/schema.ts'
import { describeBinding } from './read-stack.ts'

const runbook = runbookSchema.parse({
  slipway: 1,
  id: 'acme',
  name: 'Acme',
  match: { images: ['acme/*'] },
  services: [{ name: 'api' }],
})

test('a binding has another mark when its runbook was edited, and the same when it was only read again', () => {
  const { sha256, ...binding } = describeBinding(runbook, 'user')
  expect(binding).toEqual({ id: 'acme', name: 'Acme', generic: false, source: 'user', problems: [] })
  expect(describeBinding(structuredClone(runbook), 'user').sha256).toBe(sha256)
  expect(describeBinding({ ...runbook, description: 'Sells anvils.' }, 'user').sha256).not.toBe(sha256)
})
