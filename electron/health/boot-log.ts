import type { GateEvidence } from '../../shared/contract/operations.ts'
import { matchesExpression } from '../../shared/runbook/expression.ts'
import type { Container, Engine, LogCursor } from '../docker/engine.ts'
import type { Stack } from '../stacks/stack.ts'
import { schemasOf } from './schema-owner.ts'

/** What the log of a container that migrates when it starts has said so far. */
export interface BootVerdict {
  /** The line that says that the migration failed; null: none did. */
  readonly failed: string | null
  /** The line that says that it is through; null: not yet. */
  readonly finished: string | null
}

export interface BootRules {
  readonly finishedLog: string | undefined
  readonly failedLog: string | undefined
  /** How long it may take. */
  readonly timeoutSeconds: number
}

/** A line in evidence is cut to this. */
const LINE_CHARACTERS = 300

/** How to see a migration at boot end, where the service is the one that migrates; null: there is nothing to see. */
export function bootRulesOf(stack: Pick<Stack, 'runbook' | 'model'>, service: string): BootRules | null {
  const { migrations } = stack.runbook
  if (migrations.at !== 'boot' || !migratesAtBoot(stack, service)) return null
  const { finishedLog, failedLog, timeoutSeconds } = migrations
  return { finishedLog, failedLog, timeoutSeconds }
}

/** The service that the runbook names; without one, each whose version says what a schema has to be. */
function migratesAtBoot(stack: Pick<Stack, 'runbook' | 'model'>, service: string): boolean {
  const { migrations, versions } = stack.runbook
  if (migrations.service !== undefined) return migrations.service === service
  if (migrations.schemaVersions.length > 0) return schemasOf(stack, service).length > 0
  return versions.service === service
}

/** Reads on in the logs of the new containers, and remembers the lines that decide. */
export class BootLog {
  readonly #engine: Engine
  readonly #rules: BootRules
  readonly #onLines: (text: string) => void
  readonly #cursors = new Map<string, LogCursor | null>()
  #verdict: BootVerdict = { failed: null, finished: null }

  constructor(engine: Engine, rules: BootRules, onLines: (text: string) => void) {
    this.#engine = engine
    this.#rules = rules
    this.#onLines = onLines
  }

  get verdict(): BootVerdict {
    return this.#verdict
  }

  /** What is still missing; null: nothing. */
  get missing(): string | null {
    const { finishedLog } = this.#rules
    if (finishedLog === undefined || this.#verdict.finished !== null) return null
    return `no line of its log matches /${finishedLog}/ yet`
  }

  async read(containers: readonly Container[], signal: AbortSignal): Promise<void> {
    for (const { id } of containers) {
      const { lines, cursor } = await this.#engine.logAfter(id, this.#cursors.get(id) ?? null, { signal })
      this.#cursors.set(id, cursor)
      if (lines.length === 0) continue
      this.#onLines(`${lines.join('\n')}\n`)
      this.#verdict = judgeBootLines(this.#verdict, lines, this.#rules)
    }
  }

  evidence(): GateEvidence[] {
    const { failed, finished } = this.#verdict
    const title = 'Migration in the log'
    if (failed !== null) return [{ title, verdict: 'failed', detail: failed, probe: null }]
    if (finished !== null) return [{ title, verdict: 'passed', detail: finished, probe: null }]
    return this.missing === null
      ? []
      : [{ title, verdict: 'failed', detail: `It did not say that it was through: ${this.missing}.`, probe: null }]
  }
}

/** Pure: the verdict after more lines. The first line of each kind is the one that is kept. */
export function judgeBootLines(
  before: BootVerdict,
  lines: readonly string[],
  rules: Pick<BootRules, 'finishedLog' | 'failedLog'>,
): BootVerdict {
  const find = (source: string | undefined) =>
    source === undefined ? undefined : lines.find((line) => matchesExpression(source, line))?.slice(0, LINE_CHARACTERS)
  return {
    failed: before.failed ?? find(rules.failedLog) ?? null,
    finished: before.finished ?? find(rules.finishedLog) ?? null,
  }
}
