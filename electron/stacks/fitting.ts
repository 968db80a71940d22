import type { When } from '../../shared/runbook/condition-schema.ts'
import { findReferences, stringsIn } from '../../shared/runbook/template.ts'
import { explainWhen, type StackSetup } from '../../shared/runbook/when-holds.ts'

/** A part of a runbook that does not count on a stack. */
export interface LeftOut {
  readonly section: 'versions' | 'services' | 'probes' | 'migrations' | 'backup' | 'smokeTest' | 'secrets' | 'logs'
  /** What it is called there. */
  readonly name: string
  /** In a sentence. */
  readonly reason: string
}

/** What is known while a runbook is fitted to a stack. */
export interface Fitting {
  /** Services that may be absent, and are. */
  readonly gone: ReadonlySet<string>
  readonly setup: StackSetup
  readonly leftOut: LeftOut[]
}

/** Whether a part stays: it does where there is no reason against it, which is noted otherwise. */
export function keep(
  { leftOut }: Fitting,
  section: LeftOut['section'],
  name: string,
  reason: string | null | undefined,
): boolean {
  if (reason != null) leftOut.push({ section, name, reason })
  return reason == null
}

/** Why a part does not count: its own condition, or a service that may be absent and is. */
export function explainPart(
  { gone, setup }: Fitting,
  part: { readonly when?: When | undefined },
  service: string,
): string | null {
  return explainWhen(part.when, setup) ?? explainAbsent({ gone }, service)
}

export function explainAbsent({ gone }: Pick<Fitting, 'gone'>, service: string | undefined): string | null {
  if (service === undefined || !gone.has(service)) return null
  return `It is about ${service}, which this stack does not have.`
}

/** Ids that were there before and are not any more. */
export function lostIds(
  before: readonly { readonly id: string }[] = [],
  after: readonly { readonly id: string }[] = [],
): ReadonlySet<string> {
  const kept = new Set(after.map(({ id }) => id))
  return new Set(before.map(({ id }) => id).filter((id) => !kept.has(id)))
}

/** Names in `${kind:…}` anywhere in a value. */
export function namesIn(value: object, kind: string): string[] {
  return stringsIn(value)
    .flatMap(findReferences)
    .flatMap((reference) => (reference.kind === kind ? [reference.name] : []))
}
