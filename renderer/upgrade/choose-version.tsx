import { ActionIcon, Radio, Switch, Tooltip } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useState } from 'react'
import type { AvailableVersion, Versions } from '../../shared/contract/stacks.ts'
import type { VersionFacts } from '../../shared/contract/versions.ts'
import { RelativeTime } from '../components/figures.tsx'
import { Panel } from '../components/panel.tsx'
import classes from './choose-version.module.css'
import { VersionRow } from './version-row.tsx'

type Checked = Extract<Versions, { kind: 'checked' }>

interface ChooseVersionProps {
  readonly versions: Checked
  readonly chosen: AvailableVersion | null
  readonly facts: ReadonlyMap<string, VersionFacts>
  readonly refreshing: boolean
  readonly onRefresh: () => void
  readonly onChoose: (version: string) => void
}

/** The versions that the registry has, newest first, each with its distance from what runs. */
export function ChooseVersion({ versions, chosen, facts, refreshing, onRefresh, onChoose }: ChooseVersionProps) {
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
            <VersionRow
              key={version.version}
              version={version}
              newest={version.version === versions.newest}
              facts={facts.get(version.version)}
            />
          ))}
        </Radio.Group>
      )}
    </Panel>
  )
}
