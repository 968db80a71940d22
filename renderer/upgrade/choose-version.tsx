import { ActionIcon, Radio, Switch, Tooltip } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useState } from 'react'
import type { VersionFacts } from '../../shared/contract/versions.ts'
import { RelativeTime } from '../components/figures.tsx'
import { Panel } from '../components/panel.tsx'
import { type Checked, findOwnUpgrades } from '../lib/version-offer.ts'
import { type Chosen, EACH_OWN } from './choice.ts'
import classes from './choose-version.module.css'
import { OwnRow } from './own-row.tsx'
import { Standings } from './standings.tsx'
import { VersionRow } from './version-row.tsx'

interface ChooseVersionProps {
  readonly versions: Checked
  readonly chosen: Chosen | null
  readonly facts: ReadonlyMap<string, VersionFacts>
  readonly refreshing: boolean
  readonly onRefresh: () => void
  readonly onChoose: (version: string) => void
}

/** The versions that the registry has, newest first, each with its distance from what runs. */
export function ChooseVersion({ versions, chosen, facts, refreshing, onRefresh, onChoose }: ChooseVersionProps) {
  const [wanted, setWanted] = useState<boolean | null>(null)
  const withPrereleases = wanted ?? versions.prereleases
  const shown = versions.versions.filter(
    ({ version, prerelease, relation }) =>
      !prerelease || withPrereleases || relation === 'current' || version === chosen?.target,
  )
  const hidden = versions.versions.length - shown.length
  const upgrades = findOwnUpgrades(versions)
  const others = versions.services.filter(({ service }) => !upgrades.some((upgrade) => upgrade.service === service))
  const value = typeof chosen?.target === 'string' ? chosen.target : chosen && EACH_OWN
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
            onChange={(event) => setWanted(event.currentTarget.checked)}
          />
          <Tooltip label="Ask the registry again">
            <ActionIcon size="md" aria-label="Ask the registry again" loading={refreshing} onClick={onRefresh}>
              <IconRefresh size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </>
      }
    >
      <Radio.Group value={value ?? ''} onChange={onChoose} aria-label="Version">
        {upgrades.length > 0 ? <OwnRow upgrades={upgrades} /> : null}
        {versions.newest === null ? <Standings services={others} some={upgrades.length > 0} /> : null}
        {shown.map((version) => (
          <VersionRow
            key={version.version}
            version={version}
            newest={version.version === versions.newest}
            services={versions.services.map(({ service }) => service)}
            facts={facts.get(version.version)}
          />
        ))}
      </Radio.Group>
      {shown.length === 0 ? (
        <p className={classes.none}>
          {hidden > 0
            ? 'The registry has nothing but pre-releases.'
            : 'The registry has no version that Slipway can order.'}
        </p>
      ) : null}
    </Panel>
  )
}
