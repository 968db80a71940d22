/** One object as a bucket lists it. */
export interface Listed {
  readonly key: string
  readonly sizeBytes: number
  /** Changes with the content; not always its MD5. */
  readonly etag: string
}

export interface ListPage {
  readonly objects: readonly Listed[]
  readonly isTruncated: boolean
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** The answer of `ListObjectsV2`. */
export function parseListPage(xml: string): ListPage {
  const objects = [...xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)].map(([, inside = '']) => ({
    key: textOf(inside, 'Key'),
    sizeBytes: Number(textOf(inside, 'Size')),
    etag: textOf(inside, 'ETag').replaceAll('"', ''),
  }))
  return { objects, isTruncated: textOf(xml, 'IsTruncated') === 'true' }
}

/** What an error's document says. */
export function parseS3Error(xml: string): { readonly code: string; readonly message: string } {
  return { code: textOf(xml, 'Code'), message: textOf(xml, 'Message') }
}

function textOf(xml: string, name: string): string {
  const [, text = ''] = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml) ?? []
  return text.replace(/&(?:#x([0-9a-f]+)|#([0-9]+)|([a-z]+));/gi, (written, hex, decimal, name: string | undefined) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16))
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal))
    return ENTITIES[name ?? ''] ?? written
  })
}

/** What two listings of one bucket differ in. Order and time do not count. */
export function isSameObject(a: Listed, b: Listed | undefined): boolean {
  return b !== undefined && a.sizeBytes === b.sizeBytes && a.etag === b.etag
}

export function byKey<Item extends { readonly key: string }>(objects: readonly Item[]): ReadonlyMap<string, Item> {
  return new Map(objects.map((object) => [object.key, object]))
}
