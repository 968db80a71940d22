import type { LayerProgress } from '../../../shared/contract/operations.ts'
import { formatBytes } from '../../lib/format.ts'
import { groupLayers, layerPercent } from '../../lib/layers.ts'
import classes from './layer-bars.module.css'

const WORDS: Record<LayerProgress['status'], string> = {
  waiting: 'Waiting',
  downloading: 'Downloading',
  verifying: 'Verifying',
  extracting: 'Extracting',
  done: 'Done',
  exists: 'There already',
}

/** One bar a layer, grouped by service. */
export function LayerBars({ layers }: { readonly layers: readonly LayerProgress[] }) {
  return (
    <div className={classes.groups}>
      {groupLayers(layers).map(({ service, layers: own }) => (
        <section key={service} className={classes.group} aria-label={`Layers of ${service}`}>
          <div className={classes.service}>{service}</div>
          {own.map((layer) => (
            <Layer key={layer.layer} layer={layer} />
          ))}
        </section>
      ))}
    </div>
  )
}

function Layer({ layer }: { readonly layer: LayerProgress }) {
  const percent = layerPercent(layer)
  const finished = layer.status === 'done' || layer.status === 'exists'
  return (
    <div className={classes.layer}>
      <code className={classes.id}>{layer.layer.replace(/^sha256:/, '').slice(0, 12)}</code>
      <div
        className={classes.track}
        role="progressbar"
        aria-label={`Layer ${layer.layer} of ${layer.service}`}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(percent === null ? {} : { 'aria-valuenow': Math.round(percent) })}
        data-finished={finished || undefined}
      >
        <div
          className={classes.fill}
          data-unknown={percent === null || undefined}
          style={{ width: `${percent ?? 30}%` }}
        />
      </div>
      <span className={classes.status}>{WORDS[layer.status]}</span>
      <span className={classes.bytes}>
        {finished || layer.status === 'waiting' ? '' : `${formatBytes(layer.currentBytes)} of `}
        {layer.totalBytes === null ? 'not known' : formatBytes(layer.totalBytes)}
      </span>
    </div>
  )
}
