import type { LogLineDetail, LogRow } from '../../../shared/contract/logs.ts'
import { LOG_LEVELS, type LogLevel } from '../../../shared/logs/level.ts'
import { flattenFields, pickFields } from '../../../shared/logs/line-fields.ts'
import type { ParsedLine } from '../../../shared/logs/parsed-line.ts'
import { createMasker, type Masker, maskDeep } from '../../../shared/operations/mask.ts'
import { type EntryKind, KIND, type LevelCode } from './chunk.ts'
import { toIso } from './engine-time.ts'
import { type Entries, indexOf, type Ref } from './entries.ts'
import type { LogStoreSettings, StoreViewState } from './messages.ts'
import { ServiceParsers } from './service-parsers.ts'
import type { Sources } from './sources.ts'

/** A row shows one line of a screen, and some more where it is wrapped. */
const MAX_MESSAGE = 2_000
/** So much of an entry is read for its row: masked before it is cut, so that no half of a secret is left. */
const MAX_ROW_BYTES = 64 * 1024
const MAX_DETAIL_BYTES = 256 * 1024
const MAX_FIELD_TEXT = 500

const KIND_NAMES: Readonly<Record<EntryKind, LogRow['kind']>> = {
  [KIND.line]: 'line',
  [KIND.gap]: 'gap',
  [KIND.skipped]: 'skipped',
  [KIND.container]: 'container',
}

/** Reads entries by the format of their service, and masks the secrets in everything that leaves. */
export class EntryReader {
  readonly #entries: Entries
  readonly #sources: Sources
  readonly #parsers = new ServiceParsers()
  #mask: Masker = createMasker([])
  /** Of the longest secret: so much more is read of a text that is cut, so that no half of one is left at its end. */
  #marginBytes = 0

  constructor(entries: Entries, sources: Sources) {
    this.#entries = entries
    this.#sources = sources
  }

  configure({ services, secrets }: LogStoreSettings): void {
    this.#parsers.configure(services)
    this.#mask = createMasker(secrets)
    this.#marginBytes = secrets.reduce((longest, secret) => Math.max(longest, Buffer.byteLength(secret)), 0)
  }

  readLevel(service: string, text: string): LogLevel | null {
    return this.#parsers.readLevel(service, text)
  }

  /** By which format each service's lines are read, and whether that was found out from them. */
  formats(): StoreViewState['formats'] {
    return this.#parsers.formats()
  }

  row(ref: Ref): LogRow {
    return this.#row(ref, this.#read(ref, MAX_ROW_BYTES))
  }

  detail(ref: Ref): LogLineDetail {
    const read = this.#read(ref, MAX_DETAIL_BYTES)
    const { fields } = read.parsed
    return {
      ...this.#row(ref, read),
      text: read.text,
      sizeBytes: this.#entries.textSize(ref),
      json: fields === null ? null : JSON.stringify(fields, null, 2),
      allFields: flattenFields(read.parsed),
      format: this.#parsers.of(read.service).format,
      note: read.parsed.note,
    }
  }

  /** One entry as a line of a file: with its fields, or as it was written. */
  exportLine(ref: Ref, format: 'ndjson' | 'text'): string {
    const read = this.#read(ref, Number.POSITIVE_INFINITY)
    const { time, service, container, stream, level, kind } = this.#row(ref, read)
    if (format === 'text') return `${time} ${service} | ${kind === 'line' ? '' : `[${kind}] `}${read.text}\n`
    const { message, fields } = read.parsed
    const rest = fields === null ? {} : { fields }
    const text = kind === 'line' && fields === null ? read.text : message
    return `${JSON.stringify({ time, service, container, stream, level, kind, message: text, ...rest })}\n`
  }

  /** For a filter. */
  parsed(ref: Ref, form: 'masked' | 'written'): ParsedLine {
    return this.#read(ref, MAX_ROW_BYTES, form === 'masked' ? this.#mask : null).parsed
  }

  #row(ref: Ref, { parsed, service, isWhole }: Read): LogRow {
    const chunk = this.#entries.chunk(ref)
    const index = indexOf(ref)
    const source = this.#sources.at(chunk.sources[index] as number)
    const message = parsed.message.slice(0, MAX_MESSAGE).toWellFormed()
    const kind = chunk.kinds[index] as EntryKind
    return {
      id: this.#entries.idOf(ref),
      kind: KIND_NAMES[kind],
      time: toIso({ timeMs: chunk.timesMs[index] as number, timeNs: chunk.timesNs[index] as number }),
      service: source.service,
      container: source.containerId.slice(0, 12),
      stream: chunk.streams[index] === 2 ? 'stderr' : 'stdout',
      level: levelName(chunk.levels[index] as number),
      message,
      fields: this.#keyFields(service, parsed),
      extraLines: chunk.extraLines[index] as number,
      cut: !isWhole || parsed.message.length > MAX_MESSAGE,
    }
  }

  #keyFields(service: string, parsed: ParsedLine): Record<string, string> {
    const found = Object.entries(pickFields(parsed, this.#parsers.settings(service).fields))
    return Object.fromEntries(found.map(([field, text]) => [field, text.slice(0, MAX_FIELD_TEXT).toWellFormed()]))
  }

  #read(ref: Ref, maxBytes: number, mask: Masker | null = this.#mask): Read {
    const chunk = this.#entries.chunk(ref)
    const index = indexOf(ref)
    const { service } = this.#sources.at(chunk.sources[index] as number)
    const size = this.#entries.textSize(ref)
    const start = chunk.start(index)
    const isWhole = size <= maxBytes
    const readBytes = isWhole ? size : Math.min(size, maxBytes + this.#marginBytes)
    const written = chunk.bytes.toString('utf8', start, start + readBytes)
    const masked = mask === null ? written : mask(written)
    const text = isWhole ? masked : masked.slice(0, Math.max(0, masked.length - this.#marginBytes))
    const isLine = chunk.kinds[index] === KIND.line
    const parsed = isLine
      ? this.#parsers.of(service).parse(text)
      : { level: null, timeMs: null, message: text, fields: null, note: null }
    return { text, parsed: mask === null ? parsed : maskParsed(text, parsed, mask), service, isWhole }
  }
}

interface Read {
  readonly text: string
  readonly parsed: ParsedLine
  readonly service: string
  readonly isWhole: boolean
}

/** Escapes of JSON, colours and the like: once they are read, a secret may stand there that did not before. */
const WRITTEN_OTHERWISE = /[\\\p{Cc}\p{Cf}]/u

function maskParsed(text: string, parsed: ParsedLine, mask: Masker): ParsedLine {
  if (!WRITTEN_OTHERWISE.test(text)) return parsed
  return { ...parsed, message: mask(parsed.message), fields: maskDeep(parsed.fields, mask) }
}

function levelName(code: LevelCode): LogLevel | null {
  return LOG_LEVELS[code - 1] ?? null
}
