import { createFormatSample, type FormatSample } from '../../../shared/logs/format-sample.ts'
import type { LogLevel } from '../../../shared/logs/level.ts'
import { createLineParser, type LineParser } from '../../../shared/logs/line-parser.ts'
import type { LogServiceSettings, StoreViewState } from './messages.ts'

const NO_SETTINGS: LogServiceSettings = { format: 'auto', keys: {}, fields: [] }

interface Known {
  parser: LineParser
  /** Null: the runbook states the format. */
  readonly sample: FormatSample | null
}

/** A parser for the lines of each service: by what the runbook states, else by what its lines look like. */
export class ServiceParsers {
  #settings: Readonly<Record<string, LogServiceSettings>> = {}
  readonly #known = new Map<string, Known>()

  /** A service of which the same is stated as before keeps what was found out of its lines. */
  configure(settings: Readonly<Record<string, LogServiceSettings>>): void {
    const before = this.#settings
    this.#settings = settings
    for (const service of [...this.#known.keys()]) {
      if (JSON.stringify(before[service]) !== JSON.stringify(settings[service])) this.#known.delete(service)
    }
  }

  settings(service: string): LogServiceSettings {
    return this.#settings[service] ?? NO_SETTINGS
  }

  of(service: string): LineParser {
    return this.#knownOf(service).parser
  }

  /** The level of a line that just came; where no format is stated, the line helps to find it out. */
  readLevel(service: string, text: string): LogLevel | null {
    const known = this.#knownOf(service)
    if (known.sample?.add(text) === true) {
      known.parser = createLineParser(known.sample.format ?? 'auto', this.settings(service).keys)
    }
    return known.parser.readLevel(text)
  }

  /** By which format each service's lines are read, and whether that was found out from them. */
  formats(): StoreViewState['formats'] {
    return Object.fromEntries(
      [...this.#known].map(([service, { parser, sample }]) => {
        return [service, { format: parser.format, detected: sample !== null }] as const
      }),
    )
  }

  #knownOf(service: string): Known {
    const known = this.#known.get(service)
    if (known !== undefined) return known
    const { format, keys } = this.settings(service)
    const fresh = { parser: createLineParser(format, keys), sample: format === 'auto' ? createFormatSample() : null }
    this.#known.set(service, fresh)
    return fresh
  }
}
