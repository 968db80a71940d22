import type { LayerProgress, StepRecord } from '../../../shared/contract/operations.ts'
import { formatDuration, formatExact } from '../../lib/format.ts'
import { useNow } from '../../lib/now.ts'
import { STEP_LOOKS } from '../../lib/states.ts'
import { CommandBlock } from '../command-block.tsx'
import { Disclosure } from '../disclosure.tsx'
import { ErrorNotice } from '../error-notice.tsx'
import { StateIcon } from '../state-badge.tsx'
import { EvidenceList } from './evidence-list.tsx'
import { LayerBars } from './layer-bars.tsx'
import { SchemaChanges } from './schema-changes.tsx'
import classes from './step-list.module.css'

interface StepListProps {
  readonly steps: readonly StepRecord[]
  readonly layers: Readonly<Record<string, readonly LayerProgress[]>>
  /** Host's clock minus this computer's, in milliseconds: the steps' times are the host's. */
  readonly clockOffsetMs: number
}

/** The steps of an operation from top to bottom; those of an automatic rollback under a line of their own. */
export function StepList({ steps, layers, clockOffsetMs }: StepListProps) {
  const forward = steps.filter(({ phase }) => phase === 'forward')
  const rollback = steps.filter(({ phase }) => phase === 'rollback')
  const list = (some: readonly StepRecord[], label: string) => (
    <ol className={classes.list} aria-label={label}>
      {some.map((step) => (
        <Step key={step.id} step={step} layers={layers[step.id] ?? []} clockOffsetMs={clockOffsetMs} />
      ))}
    </ol>
  )
  return (
    <>
      {list(forward, 'Steps')}
      {rollback.length > 0 ? <h3 className={classes.phase}>Rolling back</h3> : null}
      {rollback.length > 0 ? list(rollback, 'Steps of the rollback') : null}
    </>
  )
}

interface StepProps {
  readonly step: StepRecord
  readonly layers: readonly LayerProgress[]
  readonly clockOffsetMs: number
}

function Step({ step, layers, clockOffsetMs }: StepProps) {
  const look = STEP_LOOKS[step.status]
  const active = step.status === 'running' || step.status === 'undoing'
  const failed = step.status === 'failed' || step.status === 'undo-failed'
  return (
    <li className={classes.step} data-active={active || undefined} data-status={step.status}>
      <span className={classes.icon}>
        <StateIcon look={look} size={17} />
      </span>
      <div className={classes.content}>
        <div className={classes.head}>
          <span className={classes.title}>{step.title}</span>
          <span className={classes.word} data-tone={look.tone} aria-hidden>
            {look.word}
          </span>
          <StepDuration step={step} active={active} clockOffsetMs={clockOffsetMs} />
        </div>
        {step.message && step.status !== 'pending' && step.message !== step.error?.message ? (
          <div className={classes.message}>{step.message}</div>
        ) : null}
        {layers.length > 0 ? <Layers layers={layers} active={active} /> : null}
        <SchemaChanges evidence={step.evidence} />
        {step.evidence.length > 0 ? <Evidence step={step} open={active || failed} /> : null}
        {step.error ? (
          <div className={classes.error}>
            <ErrorNotice error={step.error} />
          </div>
        ) : null}
        {step.commands.length > 0 && failed ? (
          <Disclosure label="Do it by hand">
            <CommandBlock commands={step.commands} label={`Commands for: ${step.title}`} />
          </Disclosure>
        ) : null}
      </div>
    </li>
  )
}

function Layers({ layers, active }: { readonly layers: readonly LayerProgress[]; readonly active: boolean }) {
  if (active) return <LayerBars layers={layers} />
  return (
    <Disclosure label={`Layers (${layers.length})`}>
      <LayerBars layers={layers} />
    </Disclosure>
  )
}

function Evidence({ step, open }: { readonly step: StepRecord; readonly open: boolean }) {
  if (open) return <EvidenceList evidence={step.evidence} />
  return (
    <Disclosure label={`Evidence (${step.evidence.length})`}>
      <EvidenceList evidence={step.evidence} />
    </Disclosure>
  )
}

interface StepDurationProps {
  readonly step: StepRecord
  readonly active: boolean
  readonly clockOffsetMs: number
}

function StepDuration({ step, active, clockOffsetMs }: StepDurationProps) {
  if (!step.startedAt) return null
  return (
    <span className={classes.duration} title={`Began ${formatExact(step.startedAt)}`}>
      {step.endedAt ? formatDuration(Date.parse(step.endedAt) - Date.parse(step.startedAt)) : null}
      {!step.endedAt && active ? <Elapsed since={step.startedAt} clockOffsetMs={clockOffsetMs} /> : null}
    </span>
  )
}

function Elapsed({ since, clockOffsetMs }: { readonly since: string; readonly clockOffsetMs: number }) {
  const now = useNow()
  const seconds = Math.max(0, Math.floor((now + clockOffsetMs - Date.parse(since)) / 1000))
  return seconds < 60 ? `${seconds} s` : formatDuration(seconds * 1000)
}
