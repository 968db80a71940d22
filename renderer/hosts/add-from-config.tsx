import { Button, TextInput } from '@mantine/core'
import { IconFileSettings, IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { SshConfigAlias } from '../../shared/contract/hosts.ts'
import { EmptyState } from '../components/empty-state.tsx'
import { ErrorNotice } from '../components/error-notice.tsx'
import { MiddleTruncate } from '../components/figures.tsx'
import { LoadingAfter } from '../components/loading-after.tsx'
import { Notice } from '../components/notice.tsx'
import { Panel } from '../components/panel.tsx'
import { failureOf } from '../lib/calls.ts'
import { orpc } from '../lib/client.ts'
import { count } from '../lib/format.ts'
import { targetAddress } from '../lib/target.ts'
import { useHosts } from '../lib/use-hosts.ts'
import classes from './add-host.module.css'
import type { AddWayProps } from './add-way.ts'

/** Fewer aliases are found faster by eye. */
const FILTER_FROM = 8

/** Files of this computer: a Host block that is written meanwhile appears. */
const READ_AGAIN_MS = 5_000

/** The aliases of the user's SSH config, each with what it resolves to. */
export function AddFromConfig({ pending, onAdd }: AddWayProps) {
  const [filter, setFilter] = useState('')
  const config = useQuery({ ...orpc.host.sshConfig.queryOptions(), refetchInterval: READ_AGAIN_MS })
  const failure = failureOf(config)
  if (failure) return <ErrorNotice error={failure} />
  if (!config.data) return <LoadingAfter what="Reading your SSH config" />
  const { path, aliases, problems } = config.data
  const wanted = filter.trim().toLowerCase()
  const shown = aliases.filter(({ alias, target }) => `${alias} ${target.hostname}`.toLowerCase().includes(wanted))
  return (
    <>
      {problems.length > 0 ? (
        <Notice tone="warn" title="Not all of the SSH config could be read">
          {problems.map((problem) => (
            <div key={problem}>{problem}</div>
          ))}
        </Notice>
      ) : null}
      <Panel
        flush
        title={<MiddleTruncate text={path} limit={60} mono />}
        aside={count(aliases.length, 'alias', 'aliases')}
        actions={
          aliases.length >= FILTER_FROM ? (
            <TextInput
              size="xs"
              aria-label="Filter aliases"
              placeholder="Filter"
              leftSection={<IconSearch size={14} aria-hidden />}
              value={filter}
              onChange={(event) => setFilter(event.currentTarget.value)}
            />
          ) : undefined
        }
      >
        {aliases.length === 0 ? (
          <EmptyState icon={IconFileSettings} title="No alias in your SSH config">
            <p>Add the host by its address, or write a Host block into {path} and come back.</p>
          </EmptyState>
        ) : (
          <Aliases aliases={shown} pending={pending} onAdd={onAdd} />
        )}
      </Panel>
    </>
  )
}

function Aliases({ aliases, pending, onAdd }: AddWayProps & { readonly aliases: readonly SshConfigAlias[] }) {
  const known = useHosts().data ?? []
  const isKnown = (alias: string) => known.some(({ target }) => target.kind === 'ssh' && target.alias === alias)
  return (
    <table className={`table ${classes.aliases}`} aria-label="Aliases">
      <thead>
        <tr>
          <th scope="col">Alias</th>
          <th scope="col">Resolves to</th>
          <th scope="col">Not followed</th>
          <th scope="col" className="numeric">
            Action
          </th>
        </tr>
      </thead>
      <tbody>
        {aliases.map(({ alias, target, ignored }) => (
          <tr key={alias}>
            <td className={classes.alias}>
              <MiddleTruncate text={alias} limit={32} />
            </td>
            <td>
              <MiddleTruncate text={targetAddress(target)} limit={60} mono />
            </td>
            <td className={classes.soft}>{ignored.length === 0 ? 'Nothing: all is followed' : ignored.join(', ')}</td>
            <td className="numeric">
              {isKnown(alias) ? (
                <span className={classes.soft}>Added already</span>
              ) : (
                <Button
                  variant="default"
                  size="compact-sm"
                  disabled={pending}
                  aria-label={`Add ${alias}`}
                  onClick={() => onAdd(alias, target)}
                >
                  Add
                </Button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
