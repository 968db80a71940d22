import { Radio } from '@mantine/core'
import { MiddleTruncate } from '../components/figures.tsx'
import { count } from '../lib/format.ts'
import type { OwnUpgrade } from '../lib/version-offer.ts'
import { EACH_OWN } from './choice.ts'
import classes from './own-row.module.css'
import { RelationMark } from './relation-mark.tsx'
import { ReleaseNotes } from './release-notes.tsx'

/** Instead of one version for all: the services that have something newer, each to its own. */
export function OwnRow({ upgrades }: { readonly upgrades: readonly OwnUpgrade[] }) {
  const [first] = upgrades
  return (
    <div className={classes.row}>
      <Radio
        value={EACH_OWN}
        label={
          upgrades.length === 1
            ? `Only ${first?.service}, to its newest version`
            : `${count(upgrades.length, 'service')}, each to its own newest version`
        }
      />
      <ul className={classes.upgrades}>
        {upgrades.map(({ service, from, to }) => (
          <li key={service} className={classes.upgrade}>
            <span className={classes.name}>
              <MiddleTruncate text={service} limit={28} />
            </span>
            <span className={`mono ${classes.change}`}>
              <MiddleTruncate text={from ?? 'unknown'} limit={16} /> → <MiddleTruncate text={to.version} limit={16} />
            </span>
            <span className={classes.mark}>
              <RelationMark relation={to.relation} />
            </span>
            <ReleaseNotes of={`${service} ${to.version}`} pages={to.releaseNotes} />
          </li>
        ))}
      </ul>
    </div>
  )
}
