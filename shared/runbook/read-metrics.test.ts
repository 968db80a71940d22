import { expect, test } from 'vitest'
import { readMetrics } from './read-metrics.ts'
import { metricSchema } from './request-schema.ts'

const BODY = `# TYPE jobs_total counter
jobs_total{queue="mail",result="ok"} 10
jobs_total{queue="mail",result="failed"} 2
jobs_total{queue="print",result="ok"} 5
jobs_waiting 7
jobs_oldest_seconds 1.5
broken NaN
`
const metric = (definition: object) => metricSchema.parse({ id: 'jobs', title: 'Jobs', unit: 'count', ...definition })

test.each<[string, object, [string, number][]]>([
  ['the values of all samples are added up', { metric: 'jobs_total' }, [['Jobs', 17]]],
  ['labels choose samples', { metric: 'jobs_total', labels: { result: 'ok' } }, [['Jobs', 15]]],
  [
    'each value of a label is a line',
    { metric: 'jobs_total', by: 'queue' },
    [
      ['mail', 12],
      ['print', 5],
    ],
  ],
  [
    'a factor makes another unit',
    { metric: 'jobs_oldest_seconds', unit: 'milliseconds', factor: 1000 },
    [['Jobs', 1500]],
  ],
  ['what is not there has no value', { metric: 'nothing' }, []],
  ['what is no number has no value', { metric: 'broken' }, []],
])('%s', (_name, definition, expected) => {
  expect(readMetrics([metric(definition)], BODY).map(({ label, value }) => [label, value])).toEqual(expected)
})

test('a counter says that it is one', () => {
  const metrics = [metric({ metric: 'jobs_total', rate: true }), metric({ metric: 'jobs_waiting' })]
  expect(readMetrics(metrics, BODY).map(({ isCounter }) => isCounter)).toEqual([true, false])
})

test('a body that is no such text has no figures', () => {
  expect(readMetrics([metric({ metric: 'jobs_total' })], '<html>')).toEqual([])
})
