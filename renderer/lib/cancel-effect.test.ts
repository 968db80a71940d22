import { expect, it } from 'vitest'
import type { StepRecord } from '../../shared/contract/operations.ts'
import { cancelEffect } from './cancel-effect.ts'

const step = (kind: StepRecord['kind'], status: StepRecord['status']): StepRecord => ({
  id: kind,
  kind,
  title: kind,
  service: null,
  phase: 'forward',
  status,
  startedAt: null,
  endedAt: null,
  message: null,
  error: null,
  evidence: [],
  commands: [],
})

it.each([
  ['while the backup runs', [step('lock', 'done'), step('backup', 'running'), step('pin', 'pending')], 'stop'],
  ['while images are pulled', [step('backup', 'skipped'), step('pull', 'running'), step('pin', 'pending')], 'stop'],
  ['once the pin is being written', [step('pull', 'done'), step('pin', 'running')], 'roll-back'],
  ['between two services', [step('pin', 'done'), step('service', 'done'), step('service', 'pending')], 'roll-back'],
  ['when the change failed half-way', [step('pin', 'failed')], 'roll-back'],
] as const)('knows what cancelling does %s', (_when, steps, effect) => {
  expect(cancelEffect({ steps: [...steps] })).toBe(effect)
})
