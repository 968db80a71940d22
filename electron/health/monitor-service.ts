import type { FleetHost, Incident, Range, StackMetrics } from '../../shared/contract/monitor.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import { SlipwayError } from '../../shared/errors.ts'

const RANGE_SECONDS: Readonly<Record<Range, number>> = { '1h': 3600, '24h': 86_400, '7d': 604_800, '30d': 2_592_000 }
const STEP_SECONDS: Readonly<Record<Range, number>> = { '1h': 15, '24h': 120, '7d': 600, '30d': 3600 }

/** Health of stacks over time. */
export class MonitorService {
  metrics(_ref: StackRef, range: Range): StackMetrics {
    const to = Date.now()
    const from = to - RANGE_SECONDS[range] * 1000
    const [begin, end] = [new Date(from).toISOString(), new Date(to).toISOString()]
    return {
      range,
      from: begin,
      to: end,
      stepSeconds: STEP_SECONDS[range],
      times: [],
      segments: [{ from: begin, to: end, state: 'unobserved' }],
      uptime: [],
      series: [],
      marks: [],
      disk: null,
    }
  }

  async *watchFleet(signal: AbortSignal): AsyncGenerator<FleetHost[], void> {
    if (!signal.aborted) yield []
  }

  incidents(_ref: StackRef): Incident[] {
    return []
  }

  incident(_id: string): Incident {
    throw new SlipwayError('input.invalid', 'This incident is not kept any more.', { hint: 'Look at the list.' })
  }

  isEnabled(_ref: StackRef): boolean {
    return true
  }

  setEnabled(_ref: StackRef, _enabled: boolean): void {}
}
