import { capitalize } from '../../../shared/capitalize.ts'
import type { RunbookEntry, RunbookSection } from '../../../shared/contract/runbooks.ts'
import type { Runbook } from '../../../shared/runbook/schema.ts'
import type { Stack } from '../../stacks/stack.ts'
import { resolveSecret } from '../probe-target.ts'
import { code, count, entry, fact, facts, leftOutEntries, listWords, section } from './entry.ts'

type Secret = Runbook['secrets'][number]

const ROTATION: Record<NonNullable<Secret['rotation']>['how'], string> = {
  replace: 'By replacing it',
  keyring: 'By adding the new one beside the old',
  're-encrypt': 'By encrypting the data anew',
  never: 'Never',
}

/** Secrets by name and whether they are set. Their values never come here. */
export function viewSecrets(stack: Stack): RunbookSection {
  const { runbook, binding } = stack
  const entries = runbook.secrets.map((secret) => viewSecret(secret, resolveSecret(stack, secret.id)))
  const wrong = entries.filter(({ state }) => state === 'warn').length
  const summary =
    entries.length === 0
      ? 'The runbook names none.'
      : `${capitalize(count(entries.length, 'secret'))}, ${wrong === 0 ? 'all in order' : `${wrong} not in order`}.`
  return section('secrets', 'Secrets', summary, [...entries, ...leftOutEntries(binding.leftOut, 'secrets')])
}

function viewSecret(secret: Secret, value: string | null): RunbookEntry {
  const { id, title, service, variable, rotation } = secret
  return entry(id, 'Set', {
    title: title ?? null,
    facts: facts(
      code('Variable', `${variable} of ${service}`),
      fact('Rule', describeRule(secret.rule)),
      fact('Changed', rotation && `${ROTATION[rotation.how]}. ${rotation.impact}`),
      fact('Then restarted', listWords(rotation?.services ?? [])),
    ),
    ...judgeValue(secret, value),
  })
}

function judgeValue({ rule, service, variable }: Secret, value: string | null): Partial<RunbookEntry> {
  if (value === null || value === '') {
    return { state: 'warn', word: 'Not set', note: `${variable} has no value in the environment of ${service}.` }
  }
  if (rule?.minLength !== undefined && value.length < rule.minLength) return { state: 'warn', word: 'Too short' }
  if (rule?.bytes !== undefined && decodedBytes(value, rule.encoding) !== rule.bytes) {
    return { state: 'warn', word: 'Wrong length' }
  }
  return {}
}

function decodedBytes(value: string, encoding: NonNullable<Secret['rule']>['encoding']): number {
  return Buffer.from(value, encoding === 'text' ? 'utf8' : encoding).length
}

function describeRule(rule: Secret['rule']): string | null {
  if (rule === undefined) return null
  const parts = [
    ...(rule.minLength === undefined ? [] : [`at least ${rule.minLength} characters`]),
    ...(rule.bytes === undefined ? [] : [`${rule.bytes} bytes`]),
    ...(rule.encoding === 'text' ? [] : [`written as ${rule.encoding}`]),
  ]
  return parts.length === 0 ? null : parts.join(', ')
}
