import type { SmokeStep } from '../../shared/runbook/probe-schema.ts'
import { serviceOfProbe } from '../../shared/runbook/probe-service.ts'
import type { Runbook } from '../../shared/runbook/schema.ts'
import { explainData } from './fit-data.ts'
import { explainAbsent, explainPart, type Fitting, keep, namesIn } from './fitting.ts'

/** Ids of what was left out, and what other parts lean on. */
interface Lost {
  readonly data: ReadonlySet<string>
  readonly secrets: ReadonlySet<string>
}

/** The probes that are for this stack. `runbook` still holds all data sets, so that each probe's service is known. */
export function fitProbes(fitting: Fitting, runbook: Runbook, lost: Lost): Runbook['probes'] {
  return runbook.probes.filter((probe) => {
    const reason =
      explainPart(fitting, probe, serviceOfProbe(runbook, probe)) ??
      ('query' in probe ? explainData(probe.query.dataset, lost.data) : null) ??
      ('http' in probe ? explainSecret(probe.http, lost) : null)
    return keep(fitting, 'probes', probe.id, reason)
  })
}

/** The steps that are for this stack, without those that need what an absent one would have captured. */
export function fitSmokeTest(fitting: Fitting, smokeTest: Runbook['smokeTest'], lost: Lost): Runbook['smokeTest'] {
  if (smokeTest === undefined) return undefined
  const uncaptured = new Set<string>()
  const keepStep = (step: SmokeStep): boolean => {
    const reason =
      explainPart(fitting, step, step.http.service) ??
      explainSecret(step.http, lost) ??
      explainCapture(step, uncaptured)
    for (const name of Object.keys(step.capture)) {
      if (reason === null) uncaptured.delete(name)
      else uncaptured.add(name)
    }
    return keep(fitting, 'smokeTest', step.title, reason)
  }
  const steps = smokeTest.steps.filter(keepStep)
  const cleanup = smokeTest.cleanup.filter(keepStep)
  return steps.length === 0 ? undefined : { ...smokeTest, steps, cleanup }
}

export function fitVersions(fitting: Fitting, written: Runbook['versions'], lost: Lost): Runbook['versions'] {
  const { service, reported, ...versions } = written
  const keepsService = keep(fitting, 'versions', 'service', explainAbsent(fitting, service))
  const keepsReported =
    reported === undefined ||
    keep(
      fitting,
      'versions',
      'reported',
      explainAbsent(fitting, reported.http.service) ?? explainSecret(reported.http, lost),
    )
  return {
    ...versions,
    ...(keepsService && service !== undefined ? { service } : {}),
    ...(keepsReported && reported !== undefined ? { reported } : {}),
  }
}

function explainSecret(request: object, { secrets }: Lost): string | null {
  const name = namesIn(request, 'secret').find((one) => secrets.has(one))
  return name === undefined ? null : `It needs the secret ${name}, which was left out.`
}

function explainCapture({ http, expect }: SmokeStep, uncaptured: ReadonlySet<string>): string | null {
  const name = namesIn([http, expect], 'capture').find((one) => uncaptured.has(one))
  return name === undefined ? null : `It uses “${name}” of a step that was left out.`
}
