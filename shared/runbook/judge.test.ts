import { describe, expect, test } from 'vitest'
import { type HttpAnswer, judge, judgeHealth } from './judge.ts'
import type { Expectation } from './request-schema.ts'

function answer(body: string, overrides: Partial<HttpAnswer> = {}): HttpAnswer {
  return { status: 200, headers: {}, body, truncated: false, ...overrides }
}

const ok = answer('{"status": "ok", "logs_indexed": 3, "last_ingest": null, "checks": {"db": {"up": true}}}')

describe('an expectation holds only when all of it holds', () => {
  test.each<[string, Expectation, HttpAnswer, boolean, string]>([
    ['no expectation', {}, ok, true, 'Answered 200.'],
    ['the status', { status: [200, 204] }, ok, true, 'Answered 200.'],
    ['another status', { status: [200] }, answer('', { status: 500 }), false, 'Answered 500, expected 200.'],
    ['one of two', { status: [200, 201] }, answer('', { status: 503 }), false, 'Answered 503, expected 200 or 201.'],
    ['a value', { json: [{ path: 'status', equals: 'ok' }] }, ok, true, 'Answered 200, status is "ok".'],
    [
      'a wrong value behind a good status',
      { status: [200], json: [{ path: 'status', equals: 'healthy' }] },
      ok,
      false,
      '“status” is "ok", expected "healthy".',
    ],
    [
      'a deep value',
      { json: [{ path: 'checks.db.up', equals: true }] },
      ok,
      true,
      'Answered 200, checks.db.up is true.',
    ],
    ['a missing value', { json: [{ path: 'gone', equals: 1 }] }, ok, false, '“gone” is missing from the body.'],
    ['null', { json: [{ path: 'last_ingest', equals: null }] }, ok, true, 'Answered 200, last_ingest is null.'],
    [
      'null that exists',
      { json: [{ path: 'last_ingest', exists: true }] },
      ok,
      true,
      'Answered 200, the body is as expected.',
    ],
    [
      'what should not be',
      { json: [{ path: 'status', exists: false }] },
      ok,
      false,
      '“status” is in the body, and should not be.',
    ],
    ['what is not', { json: [{ path: 'error', exists: false }] }, ok, true, 'Answered 200, the body is as expected.'],
    [
      'a least',
      { json: [{ path: 'logs_indexed', atLeast: 4 }] },
      ok,
      false,
      '“logs_indexed” is 3, expected at least 4.',
    ],
    ['a most', { json: [{ path: 'logs_indexed', atMost: 2 }] }, ok, false, '“logs_indexed” is 3, expected at most 2.'],
    [
      'text is no number',
      { json: [{ path: 'status', atLeast: 0 }] },
      ok,
      false,
      '“status” is "ok", expected at least 0.',
    ],
    [
      'one of',
      { json: [{ path: 'status', oneOf: ['up', 'fine'] }] },
      ok,
      false,
      '“status” is "ok", expected one of "up", "fine".',
    ],
    ['a pattern', { json: [{ path: 'status', matches: '^o.$' }] }, ok, true, 'Answered 200, the body is as expected.'],
    [
      'invalid JSON',
      { json: [{ path: 'a' }] },
      answer('<html>'),
      false,
      'The body is no valid JSON: it begins with "<html>".',
    ],
    ['an empty body', { json: [{ path: 'a' }] }, answer(''), false, 'The body is no valid JSON: it is empty.'],
    [
      'a huge body',
      { json: [{ path: 'status' }] },
      { ...ok, truncated: true },
      false,
      'The body is too long to be judged as JSON.',
    ],
    [
      'the whole body',
      { json: [{ path: '', equals: 'pong' }] },
      answer('"pong"'),
      true,
      'Answered 200, the body is "pong".',
    ],
    ['text', { text: { contains: 'Welcome' } }, answer('Welcome to x'), true, 'Answered 200, the body is as expected.'],
    [
      'missing text',
      { text: { contains: 'Welcome' } },
      answer('Bad gateway'),
      false,
      'The body does not contain "Welcome": it begins with "Bad gateway".',
    ],
    ['a text pattern', { text: { matches: '^ok$' } }, answer('ok'), true, 'Answered 200, the body is as expected.'],
    [
      'a pattern that nobody can run',
      { text: { matches: '(a+)+$' } },
      answer('a'),
      false,
      'The body does not match /(a+)+$/: it begins with "a".',
    ],
    [
      'a header',
      { headers: { 'Retry-After': '*' } },
      answer('', { headers: { 'retry-after': '1' } }),
      true,
      'Answered 200.',
    ],
    ['a missing header', { headers: { 'Retry-After': '*' } }, ok, false, 'The answer has no header Retry-After.'],
    [
      'another header',
      { headers: { Server: 'a' } },
      answer('', { headers: { server: 'b' } }),
      false,
      'Header Server is "b", expected "a".',
    ],
  ])('%s', (_title, expectation, given, holds, reason) => {
    expect(judge(expectation, given)).toEqual({ holds, reason })
  })
})

test('a long value is cut in the reason', () => {
  const { reason } = judge({ text: { contains: 'x' } }, answer('y'.repeat(5000)))
  expect(reason.length).toBeLessThan(200)
})

describe('a probe is judged starting, degraded, healthy, in this order', () => {
  const expectations = {
    healthy: { status: [200], json: [{ path: 'status', equals: 'healthy' }] },
    degraded: { status: [200], json: [{ path: 'status', equals: 'degraded' }] },
    starting: { status: [503], headers: { 'retry-after': '*' } },
  }
  test.each<[string, HttpAnswer, string, string]>([
    ['healthy', answer('{"status":"healthy"}'), 'healthy', 'Answered 200, status is "healthy".'],
    [
      'degraded behind 200',
      answer('{"status":"degraded"}'),
      'degraded',
      'Answered 200, status is "degraded", which means degraded.',
    ],
    [
      'starting',
      answer('', { status: 503, headers: { 'retry-after': '1' } }),
      'starting',
      'Answered 503, which means starting.',
    ],
    ['503 without a promise', answer('', { status: 503 }), 'down', 'Answered 503, expected 200.'],
    ['200 with another word', answer('{"status":"ok"}'), 'down', '“status” is "ok", expected "healthy".'],
  ])('%s', (_title, given, health, reason) => {
    expect(judgeHealth(expectations, given)).toEqual({ health, reason })
  })
})

describe('metrics are judged by their sums', () => {
  const metrics = answer(
    'handoffs_total{tenant="a",ok="yes"} 2\nhandoffs_total{tenant="b",ok="yes"} 3\nhandoffs_total{tenant="a",ok="no"} 1\nqueue NaN\n',
  )
  const all = { metric: 'handoffs_total', labels: {} }
  test.each<[string, Expectation['prometheus'], boolean, string]>([
    ['all samples of a metric', [{ ...all, atLeast: 6, atMost: 6 }], true, 'Answered 200, the body is as expected.'],
    ['those with a label', [{ ...all, labels: { tenant: 'a' }, atMost: 3 }], true, 'the body is as expected.'],
    ['those without a label', [{ ...all, labels: { region: '' }, atLeast: 6 }], true, 'the body is as expected.'],
    ['too few', [{ ...all, labels: { ok: 'yes' }, atLeast: 6 }], false, 'handoffs_total{ok="yes"} is 5, expected at'],
    ['too many', [{ ...all, atMost: 5 }], false, 'handoffs_total is 6, expected at most 5.'],
    ['what is not there', [{ metric: 'up', labels: {} }], false, 'up is missing from the metrics.'],
    ['what should not be there', [{ ...all, exists: false }], false, 'handoffs_total is in the metrics, and should'],
    ['no number', [{ metric: 'queue', labels: {}, atMost: 10 }], false, 'queue is NaN, expected at most 10.'],
    ['no number that only has to be there', [{ metric: 'queue', labels: {}, exists: true }], true, 'as expected'],
  ])('%s', (_what, prometheus, holds, reason) => {
    expect(judge({ prometheus }, metrics)).toEqual({ holds, reason: expect.stringContaining(reason) })
  })

  test.each([
    ['HTML', answer('<html>'), 'no metrics in the Prometheus text format: line 1'],
    ['half a body', { ...metrics, truncated: true }, 'too long to be judged as metrics'],
  ])('%s is refused', (_what, body, reason) => {
    expect(judge({ prometheus: [all] }, body)).toEqual({ holds: false, reason: expect.stringContaining(reason) })
  })
})
