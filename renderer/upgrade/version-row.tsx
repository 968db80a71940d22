import { Radio } from '@mantine/core'
import type { AvailableVersion } from '../../shared/contract/stacks.ts'
import type { VersionFacts } from '../../shared/contract/versions.ts'
import { prereleaseLabel } from '../../shared/versions/version.ts'
import { Bytes, Digest, MiddleTruncate } from '../components/figures.tsx'
import { count, formatDay, formatExact } from '../lib/format.ts'
import { RelationMark } from './relation-mark.tsx'
import { ReleaseNotes } from './release-notes.tsx'
import classes from './version-row.module.css'

interface VersionRowProps {
  readonly version: AvailableVersion
  readonly newest: boolean
  /** All that could go to it. */
  readonly services: readonly string[]
  /** Undefined while nobody has found out. */
  readonly facts: VersionFacts | undefined
}

/** A version to choose: its distance from what runs, its channel, its date, digest and size. */
export function VersionRow({ version, newest, services, facts }: VersionRowProps) {
  const { relation, missingFor, prerelease } = version
  const current = relation === 'current'
  return (
    <div className={classes.row}>
      <Radio
        value={version.version}
        disabled={current || missingFor.length > 0}
        label={
          <span className="mono">
            <MiddleTruncate text={version.version} limit={30} />
          </span>
        }
      />
      <span className={classes.marks}>
        <RelationMark relation={relation} />
        {prerelease ? (
          <span className={classes.mark} data-tone="warn">
            {prereleaseLabel(version.version) ?? 'Pre-release'}
          </span>
        ) : null}
        {newest ? (
          <span className={classes.mark} data-tone="busy">
            Newest
          </span>
        ) : null}
      </span>
      <ReleaseNotes of={version.version} pages={version.releaseNotes} />
      <div className={classes.facts}>
        {missingFor.length > 0 ? describeMissing(version, services) : <Facts facts={facts} />}
      </div>
    </div>
  )
}

/** Whichever is shorter: who has it, or who lacks it. */
function describeMissing({ missingFor, relation }: AvailableVersion, services: readonly string[]): string {
  const having = services.filter((service) => !missingFor.includes(service))
  if (having.length >= missingFor.length) return `Missing for ${missingFor.join(', ')}`
  const only = `Only for ${having.join(', ')}`
  return relation === 'current' ? only : `${only}: to go there, choose just ${having.length === 1 ? 'it' : 'them'}`
}

function Facts({ facts }: { readonly facts: VersionFacts | undefined }) {
  if (facts === undefined) return <span aria-busy>Asking the registry…</span>
  if (facts.kind === 'unknown') return <span title={facts.error.hint ?? ''}>Not known: {facts.error.message}</span>
  const { builtAt, images, downloadBytes } = facts
  const digests = [...new Set(images.map(({ digest }) => digest))]
  const [only] = digests
  return (
    <>
      <span {...(builtAt === null ? {} : { title: formatExact(builtAt) })}>
        {builtAt === null ? 'Build date not stated' : `Built ${formatDay(builtAt)}`}
      </span>
      {digests.length === 1 && only !== undefined ? (
        <Digest digest={only} />
      ) : (
        <span title={images.map(({ service, digest }) => `${service}: ${digest}`).join('\n')}>
          {count(digests.length, 'image')}
        </span>
      )}
      <span>
        {downloadBytes === 0 ? (
          'On the host already'
        ) : (
          <>
            <Bytes bytes={downloadBytes} /> to download
          </>
        )}
      </span>
    </>
  )
}
