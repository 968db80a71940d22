import type { StackMetrics } from '../../shared/contract/monitor.ts'
import { Bytes, RelativeTime } from '../components/figures.tsx'
import { forecastSentence } from './disk-forecast.ts'
import classes from './disk-sentence.module.css'

/** What is free on the host's disk, and until when at the present pace. */
export function DiskSentence({ disk }: { readonly disk: StackMetrics['disk'] }) {
  if (disk === null) return null
  const { path, freeBytes, totalBytes, measuredAt, fullInDays } = disk
  const usedPercent = totalBytes > 0 ? Math.min(100, Math.round((1 - freeBytes / totalBytes) * 100)) : 0
  const forecast = forecastSentence(fullInDays)
  return (
    <div className={classes.disk}>
      <div className={classes.label}>
        Disk of the host, <span className="mono">{path}</span>
      </div>
      <div className={classes.value}>
        <Bytes bytes={freeBytes} /> free <span className={classes.soft}>of</span> <Bytes bytes={totalBytes} />
      </div>
      <div className={classes.bar} data-tone={forecast.tone} aria-hidden>
        <span style={{ width: `${usedPercent}%` }} />
      </div>
      <div className={classes.soft}>
        {usedPercent} % used, measured <RelativeTime at={measuredAt} />. {forecast.text}
      </div>
    </div>
  )
}
