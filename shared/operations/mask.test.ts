import { describe, expect, it } from 'vitest'
import { isLinear } from '../test-growth.ts'
import { createMasker, isSecretName, MASK, maskDeep } from './mask.ts'
import { formatFileDiff } from './unified-diff.ts'

describe('createMasker', () => {
  const mask = createMasker(['s3cr3t-value', 's3cr3t-value-longer', 'on'])

  it.for([
    ['a known value anywhere', 'curl -H "X-API-Key: s3cr3t-value"', `curl -H "X-API-Key: ${MASK}"`],
    ['the longer of two values', 'x s3cr3t-value-longer y', `x ${MASK} y`],
    ['an assignment by its name', 'API_KEY=whatever\nLOG_LEVEL=info', `API_KEY=${MASK}\nLOG_LEVEL=info`],
    ['a line of a diff', '-  - DB_PASSWORD=abc', `-  - DB_PASSWORD=${MASK}`],
    ['a YAML mapping', '      API_KEY: abc', `      API_KEY: ${MASK}`],
    ['a password in a URL', 'postgres://app:hunter2@db/x', `postgres://app:${MASK}@db/x`],
    [
      'a member of JSON',
      '{"id":1,"projectJwtSecret":"a\\"b","on":"x"}',
      `{"id":1,"projectJwtSecret":"${MASK}","on":"x"}`,
    ],
    ['a member of JSON whose end was cut off', '{"on":"x","token":"abc', `{"on":"x","token":"${MASK}`],
    [
      'each member of JSON',
      '{"token":"","key":"a","pass_key" : "b"}',
      `{"token":"","key":"${MASK}","pass_key" : "${MASK}"}`,
    ],
    ['a value of YAML in the next line', 'password:\n  abc\nport: 1', `password:\n  ${MASK}\nport: 1`],
    ['a URL without a user', 'redis://:hunter2@cache', `redis://:${MASK}@cache`],
    ['not the line behind a variable without a value', 'API_KEY=\nVERSION=1.0.0', 'API_KEY=\nVERSION=1.0.0'],
    ['no reference to a variable', '- API_KEY=${ERROR_TRACKER_API_KEY}', '- API_KEY=${ERROR_TRACKER_API_KEY}'],
    ['no reference with a default that is empty', 'API_KEY=${KEY:-}', 'API_KEY=${KEY:-}'],
    ['nothing in an image with a registry port', 'image: localhost:5000/a:1', 'image: localhost:5000/a:1'],
    ['no short words', 'turn it on', 'turn it on'],
  ])('masks %s', ([, text, masked]) => {
    expect(mask(text as string)).toBe(masked)
  })

  it('masks a default that holds the secret itself', () => {
    expect(mask('API_KEY=${KEY:-abcdef}')).toBe(`API_KEY=${MASK}`)
  })

  it.for([
    ...[
      'a.',
      '\r',
      '\n',
      ' ',
      'a=',
      'a= ',
      'a:\n',
      '- ',
      'export ',
      '"a":',
      '"a":"',
      '"a":"\\"',
      '\\"',
      '://',
      'a://:',
      '${A',
    ],
  ])('takes no more than in proportion to the length: %j', (part) => {
    for (const start of ['', 'a=', 'a:', '"a" ', '"a":"', 'a://', 'a://:']) {
      expect(
        isLinear((length) => mask(start + part.repeat(length / part.length)), 16_384),
        start,
      ).toBe(true)
    }
  })

  it('masks a member of JSON of ten megabytes', () => {
    const value = 'x'.repeat(10 * 1024 * 1024)
    expect(mask(`{"token":"${value}","name":"${value}"}`)).toBe(`{"token":"${MASK}","name":"${value}"}`)
  })

  it('masks in the depth of values, but not what machines read', () => {
    const value = { message: 'is s3cr3t-value', list: ['s3cr3t-value'], result: { path: 's3cr3t-value' }, n: 1 }
    expect(maskDeep(value, mask, new Set(['result']))).toEqual({
      message: `is ${MASK}`,
      list: [MASK],
      result: { path: 's3cr3t-value' },
      n: 1,
    })
  })
})

describe('isSecretName', () => {
  it.for([
    ['ERROR_TRACKER_API_KEY', true],
    ['POSTGRES_PASSWORD', true],
    ['SESSION_SECRET', true],
    ['GITHUB_TOKEN', true],
    ['SENTRY_DSN', true],
    ['LOG_LEVEL', false],
    ['KEYBOARD', false],
    ['MONKEY', false],
  ] as const)('%s: %s', ([name, expected]) => {
    expect(isSecretName(name)).toBe(expected)
  })
})

describe('formatFileDiff', () => {
  const mask = createMasker(['s3cr3t-value'])

  it('shows three lines of context and masks the secrets in them', () => {
    const before = 'a\nb\nAPI_KEY=s3cr3t-value\nc\nVERSION=1.0.0\nd\n'
    expect(formatFileDiff('/srv/shop/.env', before, before.replace('1.0.0', '1.1.0'), mask)).toBe(
      `--- /srv/shop/.env\n+++ /srv/shop/.env\n@@ -2,5 +2,5 @@\n b\n API_KEY=${MASK}\n c\n-VERSION=1.0.0\n+VERSION=1.1.0\n d\n`,
    )
  })

  it('says that there is no line end at the end of the file', () => {
    expect(formatFileDiff('x', 'V=1', 'V=2', mask)).toContain('\\ No newline at end of file')
  })

  it('is empty when nothing differs', () => {
    expect(formatFileDiff('x', 'same', 'same', mask)).toBe('')
  })
})
