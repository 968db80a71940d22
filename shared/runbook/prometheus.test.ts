import { expect, test } from 'vitest'
import { parsePrometheus } from './prometheus.ts'

const EXPOSITION = `# HELP http_requests_total The total number of HTTP requests.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027 1395066363000
http_requests_total{method="post",code="400",} 3
  # a comment between them

msdos_file_access_time_seconds{path="C:\\\\DIR\\\\FILE.TXT",error="Cannot find file:\\n\\"FILE.TXT\\""} 1.458255915e9
metric_without_timestamp_and_labels 12.47
something_weird{problem="division by zero"} +Inf -3982045
rpc_seconds_bucket{le="+Inf"} 2693
nothing_yet NaN
below -Inf
braces{text="} 5 {"} 1
spaced { a = "1" , b = "2" } 7
# EOF
`

test('samples are read with their labels, escapes, times and special values', () => {
  expect(parsePrometheus(EXPOSITION).samples).toEqual([
    { name: 'http_requests_total', labels: { method: 'post', code: '200' }, value: 1027 },
    { name: 'http_requests_total', labels: { method: 'post', code: '400' }, value: 3 },
    {
      name: 'msdos_file_access_time_seconds',
      labels: { path: 'C:\\DIR\\FILE.TXT', error: 'Cannot find file:\n"FILE.TXT"' },
      value: 1.458255915e9,
    },
    { name: 'metric_without_timestamp_and_labels', labels: {}, value: 12.47 },
    { name: 'something_weird', labels: { problem: 'division by zero' }, value: Number.POSITIVE_INFINITY },
    { name: 'rpc_seconds_bucket', labels: { le: '+Inf' }, value: 2693 },
    { name: 'nothing_yet', labels: {}, value: Number.NaN },
    { name: 'below', labels: {}, value: Number.NEGATIVE_INFINITY },
    { name: 'braces', labels: { text: '} 5 {' }, value: 1 },
    { name: 'spaced', labels: { a: '1', b: '2' }, value: 7 },
  ])
})

test.each([
  ['an exemplar', 'foo_bucket{le="10"} 17 # {trace_id="oHg5 # SJYRHA0"} 9.8 1520879607.789', 17],
  ['an exemplar without a time', 'foo_total 17.0 # {trace_id="abc"} 0.67', 17],
  ['a time with a fraction', 'foo_total 17.0 1520879607.789', 17],
  ['carriage returns', 'foo_total 17\r', 17],
  ['an exponent', 'foo_total 1.7E1', 17],
])('%s does not disturb the value', (_what, line, value) => {
  expect(parsePrometheus(line).samples?.map((sample) => sample.value)).toEqual([value])
})

test('a name in quotes stands among the labels', () => {
  expect(parsePrometheus('{"acme.requests",code="200"} 4').samples).toEqual([
    { name: 'acme.requests', labels: { code: '200' }, value: 4 },
  ])
})

test.each([
  ['HTML', '<html>', 1],
  ['JSON', 'up 1\n{"status":"ok"}', 2],
  ['a value that is none', 'up yes', 1],
  ['no value', 'up', 1],
  ['open braces', 'up{a="1" 1', 1],
  ['an open quote', 'up{a="1} 1', 1],
  ['two values without a comma', 'up{a="1" b="2"} 1', 1],
  ['more behind the time', 'up 1 2 3', 1],
  ['hexadecimal digits', 'up 0x10', 1],
])('%s is refused with its line', (_what, body, line) => {
  expect(parsePrometheus(body)).toEqual({ samples: null, problem: `line ${line} is no sample of a metric` })
})

test('a body of many samples is read in no time', () => {
  const body = Array.from({ length: 20_000 }, (_, index) => `metric_${index % 50}{id="${index}"} ${index}`).join('\n')
  expect(parsePrometheus(body).samples).toHaveLength(20_000)
})
