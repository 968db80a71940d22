import { ActionIcon, VisuallyHidden } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { Fragment, useId } from 'react'
import type { ServiceView, StackRef } from '../../shared/contract/stacks.ts'
import { Digest, Elapsed, MiddleTruncate } from '../components/figures.tsx'
import { StateBadge } from '../components/state-badge.tsx'
import { formatPercent } from '../lib/format.ts'
import { useScreenState } from '../lib/screen-state.ts'
import { HEALTH_LOOKS } from '../lib/states.ts'
import { MemoryBar } from './memory-bar.tsx'
import { ServiceDetail } from './service-detail.tsx'
import { portText, runningDigest, serviceStart } from './service-figures.ts'
import classes from './services-table.module.css'

const COLUMNS = 9

interface ServicesTableProps {
  readonly stackRef: StackRef
  readonly services: readonly ServiceView[]
}

/** Every service with its figures; containers and probes on request. */
export function ServicesTable({ stackRef, services }: ServicesTableProps) {
  return (
    <table className={`table ${classes.services}`} aria-label="Services">
      <thead>
        <tr>
          <th scope="col" className={classes.toggle}>
            <VisuallyHidden>Details</VisuallyHidden>
          </th>
          <th scope="col">Service</th>
          <th scope="col">Version</th>
          <th scope="col">Digest</th>
          <th scope="col">Health</th>
          <th scope="col" className="numeric">
            Up
          </th>
          <th scope="col" className="numeric">
            CPU
          </th>
          <th scope="col" className={`numeric ${classes.memory}`}>
            Memory
          </th>
          <th scope="col" className={classes.ports}>
            Ports
          </th>
        </tr>
      </thead>
      <tbody>
        {inReadingOrder(services).map((service) => (
          <ServiceRows key={service.name} stackRef={stackRef} service={service} />
        ))}
      </tbody>
    </table>
  )
}

/** What runs comes first, then what runs once, then what is only pulled; else as the runbook orders it. */
function inReadingOrder(services: readonly ServiceView[]): ServiceView[] {
  return Object.keys(KIND_WORDS).flatMap((kind) => services.filter((service) => service.kind === kind))
}

interface ServiceRowsProps {
  readonly stackRef: StackRef
  readonly service: ServiceView
}

function ServiceRows({ stackRef, service }: ServiceRowsProps) {
  const key = JSON.stringify([stackRef.hostId, stackRef.project, service.name])
  const open = useScreenState(({ unfolded }) => unfolded.has(key))
  const toggle = useScreenState(({ toggleUnfolded }) => toggleUnfolded)
  const id = useId()
  const digest = runningDigest(service)
  const start = serviceStart(service)
  return (
    <Fragment>
      <tr>
        <td className={classes.toggle}>
          <ActionIcon
            aria-expanded={open}
            aria-controls={id}
            aria-label={`Containers and probes of ${service.name}`}
            onClick={() => toggle(key)}
          >
            <IconChevronRight size={15} aria-hidden className={classes.chevron} data-open={open || undefined} />
          </ActionIcon>
        </td>
        <td>
          <span className={classes.name}>
            <MiddleTruncate text={service.name} limit={26} />
          </span>
          {service.kind === 'service' ? null : <div className={classes.soft}>{KIND_WORDS[service.kind]}</div>}
        </td>
        <td className="mono">{service.version ? <MiddleTruncate text={service.version} limit={18} /> : '–'}</td>
        <td>{digest ? <Digest digest={digest} /> : <span className={classes.soft}>none</span>}</td>
        <td>
          <StateBadge look={HEALTH_LOOKS[service.health]} />
          {service.health === 'healthy' ? null : <div className={classes.reason}>{service.healthReason}</div>}
        </td>
        <td className="numeric">{start ? <Elapsed since={start} /> : '–'}</td>
        <td className="numeric">{service.usage ? formatPercent(service.usage.cpuPercent) : '–'}</td>
        <td className={`numeric ${classes.memory}`}>{service.usage ? <MemoryBar usage={service.usage} /> : '–'}</td>
        <td className={`mono ${classes.ports}`}>
          {service.ports.length === 0
            ? '–'
            : service.ports.map((port) => <div key={portText(port)}>{portText(port)}</div>)}
        </td>
      </tr>
      <tr id={id} hidden={!open}>
        <td colSpan={COLUMNS} className={classes.detail}>
          {open ? <ServiceDetail service={service} /> : null}
        </td>
      </tr>
    </Fragment>
  )
}

const KIND_WORDS: Record<ServiceView['kind'], string> = {
  service: 'service',
  'one-shot': 'runs once',
  'pre-pull': 'pulled ahead, not run',
}
