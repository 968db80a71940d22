import { Anchor, Radio, VisuallyHidden } from '@mantine/core'
import { IconExternalLink } from '@tabler/icons-react'
import type { AvailableVersion } from '../../shared/contract/stacks.ts'
import type { VersionFacts } from '../../shared/contract/versions.ts'
import { prereleaseLabel } from '../../shared/versions/version.ts'
import { Bytes, Digest, MiddleTruncate } from '../components/figures.tsx'
import { count, formatDay, formatExact } from '../lib/format.ts'
import classes from './version-row.module.css'

interface VersionRowProps {
  readonly version: AvailableVersion
  readonly newest: boolean
  /** Undefined while nobody has found out. */
  readonly facts: VersionFacts | undefined
}

const RELATION_WORDS: Record<AvailableVersion['relation'], string> = {
  current: 'Runs now',
  patch: 'Patch',
  minor: 'Minor',
  major: 'Major',
  downgrade: 'Downgrade',
  unknown: 'Unordered',
}

/** A version to choose: its distance from what runs, its channel, its date, digest and size. */
export function VersionRow({ version, newest, facts }: VersionRowProps) {
  const { relation, missingFor, prerelease } = version
  const current = relation === 'current'
  const tone = relation === 'downgrade' || relation === 'major' ? 'warn' : current ? 'ok' : 'idle'
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
        <span className={classes.mark} data-tone={tone}>
          {RELATION_WORDS[relation]}
        </span>
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
      <ReleaseNotes version={version} />
      <div className={classes.facts}>
        {missingFor.length > 0 ? `Missing for ${missingFor.join(', ')}` : <Facts facts={facts} />}
      </div>
    </div>
  )
}

function ReleaseNotes({ version: { version, releaseNotes } }: { readonly version: AvailableVersion }) {
  if (releaseNotes === null) return <span className={classes.none}>No release notes</span>
  return (
    <Anchor href={releaseNotes} target="_blank" rel="noreferrer" className={classes.notes}>
      Release notes <VisuallyHidden>of {version}</VisuallyHidden>
      <IconExternalLink size={13} aria-hidden />
    </Anchor>
  )
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
