import { ActionIcon, Anchor, Radio, Switch, Tooltip, VisuallyHidden } from '@mantine/core'
import { IconExternalLink, IconRefresh } from '@tabler/icons-react'
import { useState } from 'react'
import type { AvailableVersion, Versions } from '../../shared/contract/stacks.ts'
import { MiddleTruncate, RelativeTime } from '../components/figures.tsx'
import { Panel } from '../components/panel.tsx'
import classes from './choose-version.module.css'

type Checked = Extract<Versions, { kind: 'checked' }>

interface ChooseVersionProps {
  readonly versions: Checked
  readonly chosen: AvailableVersion | null
  readonly refreshing: boolean
  readonly onRefresh: () => void
  readonly onChoose: (version: string) => void
}

const RELATION_WORDS: Record<AvailableVersion['relation'], string> = {
  current: 'Runs now',
  patch: 'Patch',
  minor: 'Minor',
  major: 'Major',
  downgrade: 'Downgrade',
  unknown: 'Unordered',
}

/** The versions that the registry has, newest first, each with its distance from what runs. */
export function ChooseVersion({ versions, chosen, refreshing, onRefresh, onChoose }: ChooseVersionProps) {
  const prereleaseChosen = chosen?.prerelease ?? false
  const [withPrereleases, setWithPrereleases] = useState(false)
  const shown = versions.versions.filter(({ prerelease }) => !prerelease || withPrereleases || prereleaseChosen)
  const hidden = versions.versions.length - shown.length
  return (
    <Panel
      title="Version"
      flush
      aside={<RelativeTime at={versions.checkedAt} prefix="registry asked " />}
      actions={
        <>
          <Switch
            size="xs"
            label={`Pre-releases${hidden > 0 ? ` (${hidden})` : ''}`}
            checked={withPrereleases}
            onChange={(event) => setWithPrereleases(event.currentTarget.checked)}
          />
          <Tooltip label="Ask the registry again">
            <ActionIcon size="md" aria-label="Ask the registry again" loading={refreshing} onClick={onRefresh}>
              <IconRefresh size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </>
      }
    >
      {shown.length === 0 ? (
        <p className={classes.none}>The registry has no version that Slipway can order.</p>
      ) : (
        <Radio.Group value={chosen?.version ?? ''} onChange={onChoose} aria-label="Version">
          {versions.newest === null ? (
            <p className={classes.none}>Nothing newer than {versions.current} exists.</p>
          ) : null}
          {shown.map((version) => (
            <VersionRow key={version.version} version={version} newest={version.version === versions.newest} />
          ))}
        </Radio.Group>
      )}
    </Panel>
  )
}

function VersionRow({ version, newest }: { readonly version: AvailableVersion; readonly newest: boolean }) {
  const { relation, missingFor, releaseNotes } = version
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
      <span className={classes.relation} data-tone={tone}>
        {RELATION_WORDS[relation]}
      </span>
      <span className={classes.note}>
        {missingFor.length > 0 ? `Missing for ${missingFor.join(', ')}` : newest ? 'Newest' : ''}
        {version.prerelease ? 'Pre-release' : ''}
      </span>
      {releaseNotes ? (
        <Anchor href={releaseNotes} target="_blank" rel="noreferrer" className={classes.notes}>
          Release notes <VisuallyHidden>of {version.version}</VisuallyHidden>
          <IconExternalLink size={13} aria-hidden />
        </Anchor>
      ) : (
        <span className={classes.note}>No release notes</span>
      )}
    </div>
  )
}
