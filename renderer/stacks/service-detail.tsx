import type { ContainerView, ServiceView } from '../../shared/contract/stacks.ts'
import { FactList } from '../components/fact-list.tsx'
import { MiddleTruncate } from '../components/figures.tsx'
import { ProbeList } from '../components/probe-list.tsx'
import { StateBadge } from '../components/state-badge.tsx'
import { count } from '../lib/format.ts'
import { containerLook } from '../lib/states.ts'
import classes from './service-detail.module.css'
import { portText } from './service-figures.ts'

/** The evidence behind a service's row: where its version is written, its containers, its probes. */
export function ServiceDetail({ service }: { readonly service: ServiceView }) {
  return (
    <div className={classes.detail}>
      {service.pin ? (
        <section>
          <h3 className={classes.title}>Pin</h3>
          <FactList
            facts={[
              ['Image', <MiddleTruncate key="image" mono text={service.pin.reference} limit={90} />],
              ['Written in', pinPlace(service.pin)],
              ...(service.pin.moving ? ([['Tag', 'Moves: the same words mean another image tomorrow']] as const) : []),
            ]}
          />
        </section>
      ) : null}
      <section>
        <h3 className={classes.title}>Ports</h3>
        {service.ports.length === 0 ? <p className={classes.soft}>None is published.</p> : null}
        {service.ports.map((port) => (
          <div key={portText(port)} className="mono">
            {portText(port)}
          </div>
        ))}
      </section>
      <section>
        <h3 className={classes.title}>{count(service.containers.length, 'container')}</h3>
        {service.containers.length === 0 ? <p className={classes.soft}>None exists.</p> : null}
        {service.containers.map((container) => (
          <Container key={container.id} container={container} />
        ))}
      </section>
      <section>
        <h3 className={classes.title}>{count(service.probes.length, 'probe')}</h3>
        {service.probes.length === 0 ? (
          <p className={classes.soft}>The runbook asks this service nothing: its health is its container's.</p>
        ) : (
          <ProbeList probes={service.probes} />
        )}
      </section>
    </div>
  )
}

function pinPlace(pin: NonNullable<ServiceView['pin']>) {
  const { location } = pin
  if (!location) return 'No place found: Slipway cannot edit it'
  const place = `${location.file}:${location.line}`
  return <span className="mono">{location.kind === 'variable' ? `${location.variable} in ${place}` : place}</span>
}

function Container({ container }: { readonly container: ContainerView }) {
  return (
    <div className={classes.container}>
      <StateBadge look={containerLook(container)} />
      <MiddleTruncate mono text={container.name} limit={44} />
      <span className={`mono ${classes.soft}`} title={container.id}>
        {container.id.slice(0, 12)}
      </span>
      <span className={classes.soft}>{count(container.restartCount, 'restart')}</span>
    </div>
  )
}
