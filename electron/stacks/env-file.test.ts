// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how .env files refer to variables
import { expect, test } from 'vitest'
import { findAssignment, parseEnvFile } from './env-file.ts'

test.each([
  ['VERSION=1.0.0\n', '1.0.0'],
  ['VERSION=1.0.0', '1.0.0'],
  ['VERSION=1.0.0\r\nB=2\r\n', '1.0.0'],
  ['\uFEFFVERSION=1.0.0\n', '1.0.0'],
  ['export VERSION=1.0.0\n', '1.0.0'],
  ['  export   VERSION = 1.0.0  \n', '1.0.0'],
  ['VERSION: 1.0.0\n', '1.0.0'],
  ['VERSION="1.0.0"\n', '1.0.0'],
  ["VERSION='1.0.0' # note\n", '1.0.0'],
  ['VERSION=1.0.0 # was 0.9.0\n', '1.0.0'],
  ['VERSION=1.0.0#no comment\n', '1.0.0#no comment'],
  ['VERSION=1.0.0\nVERSION=2.0.0\n', '2.0.0'],
  ['# VERSION=9\nVERSION=1.0.0\n#VERSION=8\n', '1.0.0'],
  ['VERSION=\n', ''],
  ['VERSION=   \nOTHER=1\n', ''],
  ['OTHER="first\nVERSION=9\nlast"\nVERSION=1.0.0\n', '1.0.0'],
  ["OTHER='VERSION=9\n'\nVERSION=1.0.0\n", '1.0.0'],
  ['MY_VERSION=2\nVERSION=1.0.0\n', '1.0.0'],
  ['VERSION=$BASE\n', null],
  ['VERSION="${BASE}"\n', null],
  ["VERSION='$1'\n", '$1'],
  ['VERSION="a\\nb"\n', null],
  ['VERSION="1.0.0" odd\n', null],
  ['VERSION="1.0.0\n', null],
  ['VERSION=#1\n', null],
  ['VERSION\n', null],
])('%j says that VERSION is %j', (text, expected) => {
  const assignment = findAssignment(text, 'VERSION')
  expect(assignment?.value).toBe(expected)
  if (assignment && expected !== null) expect(text.slice(assignment.start, assignment.end)).toBe(expected)
})

test.each(['', '\n\n', '# only a comment', 'OTHER=1\n', 'not an assignment at all\n', '=1\n', '\uFEFF'])(
  '%j says nothing of VERSION',
  (text) => {
    expect(findAssignment(text, 'VERSION')).toBeNull()
  },
)

test('lines are counted through values of several lines', () => {
  const text = '# one\nA=1\nB="2\n3\n4"\r\n\nC=5'
  expect(parseEnvFile(text).map(({ name, line }) => [name, line])).toEqual([
    ['A', 2],
    ['B', 3],
    ['C', 7],
  ])
})
