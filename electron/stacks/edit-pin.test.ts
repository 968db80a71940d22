// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Compose files refer to variables
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { SAMPLE } from '../../e2e/sample-stack.ts'
import { editPins } from './edit-pin.ts'
import type { PinSources } from './pin-places.ts'

const composePath = '/srv/acme/compose.yaml'
const envPath = '/srv/acme/.env'
const digest = `sha256:${'0a'.repeat(32)}`

function sources(compose: string | readonly string[], env?: string): PinSources {
  const files = typeof compose === 'string' ? [compose] : compose
  return {
    compose: files.map((text, index) => ({ path: index === 0 ? composePath : `/srv/acme/${index}.yaml`, text })),
    env: env === undefined ? [] : [{ path: envPath, text: env }],
  }
}

function services(...lines: readonly string[]): string {
  return `services:\n${lines.map((line) => `  ${line}\n`).join('')}`
}

function edited(given: PinSources, tags: Record<string, string>): Record<string, string> {
  return Object.fromEntries(editPins(given, tags).map(({ path, after }) => [path, after]))
}

describe('a tag in the Compose file is replaced, and not one byte beside it', () => {
  test.each([
    ['plain', 'image: acme/api:1.0.0', 'image: acme/api:1.1.0'],
    ['double quotes', 'image: "acme/api:1.0.0"', 'image: "acme/api:1.1.0"'],
    ['single quotes', "image: 'acme/api:1.0.0'", "image: 'acme/api:1.1.0'"],
    ['a comment', 'image:   acme/api:1.0.0   # keep 1.0.0', 'image:   acme/api:1.1.0   # keep 1.0.0'],
    ['a tab', 'image:\tacme/api:1.0.0\t# x', 'image:\tacme/api:1.1.0\t# x'],
    ['a registry with a port', 'image: localhost:5000/acme/api:1.0.0', 'image: localhost:5000/acme/api:1.1.0'],
    ['a port and no tag', 'image: localhost:5000/acme/api', 'image: localhost:5000/acme/api:1.1.0'],
    ['a quoted image without a tag', 'image: "acme/api" # x', 'image: "acme/api:1.1.0" # x'],
    ['a tag and a digest', `image: acme/api:1.0.0@${digest}`, 'image: acme/api:1.1.0'],
    ['a digest alone', `image: acme/api@${digest}`, 'image: acme/api:1.1.0'],
    ['a variable registry', 'image: ${REGISTRY:-ghcr.io}/acme/api:1.0.0', 'image: ${REGISTRY:-ghcr.io}/acme/api:1.1.0'],
    ['a default of the tag, without an .env file', 'image: acme/api:${TAG:-1.0.0}', 'image: acme/api:${TAG:-1.1.0}'],
    ['a default of the whole', 'image: ${IMAGE:-acme/api:1.0.0}', 'image: ${IMAGE:-acme/api:1.1.0}'],
    ['an anchor', 'image: &image acme/api:1.0.0', 'image: &image acme/api:1.1.0'],
    ['a quoted key', '"image": acme/api:1.0.0', '"image": acme/api:1.1.0'],
  ])('%s', (_title, before, after) => {
    const compose = (image: string) => `# häuser 🚢\n${services('api:', `  ${image}`, '  restart: always')}`
    expect(edited(sources(compose(before)), { api: '1.1.0' })).toEqual({ [composePath]: compose(after) })
  })

  test.each([
    ['Windows line ends', (text: string) => text.replaceAll('\n', '\r\n')],
    ['a byte order mark', (text: string) => `\uFEFF${text}`],
    ['both', (text: string) => `\uFEFF${text.replaceAll('\n', '\r\n')}`],
    ['no final newline', (text: string) => text.trimEnd()],
    ['a document start', (text: string) => `%YAML 1.2\n---\n${text}`],
  ])('%s', (_title, change) => {
    const compose = (tag: string) => change(`# ümlaut\n${services('api:', `  image: acme/api:${tag}`)}`)
    expect(edited(sources(compose('1.0.0')), { api: '1.1.0' })).toEqual({ [composePath]: compose('1.1.0') })
  })

  test('flow style', () => {
    expect(edited(sources('services: {api: {image: acme/api:1.0.0, restart: always}}\n'), { api: '2.0.0' })).toEqual({
      [composePath]: 'services: {api: {image: acme/api:2.0.0, restart: always}}\n',
    })
  })

  test('several services of one file at once, one left alone', () => {
    const compose = (a: string, b: string) =>
      services('a:', `  image: acme/a:${a}`, 'b:', `  image: acme/b:${b}`, 'db:', '  image: postgres:16')
    expect(edited(sources(compose('1.0.0', '1.0.0')), { b: '1.10.0', a: '1.1.0' })).toEqual({
      [composePath]: compose('1.1.0', '1.10.0'),
    })
  })

  test('the file that has the last word is edited', () => {
    const base = services('api:', '  image: acme/api:1.0.0')
    const override = (tag: string) => services('api:', `  image: acme/api:${tag}`)
    expect(edited(sources([base, override('1.0.1'), services('api:', '  restart: always')]), { api: '1.1.0' })).toEqual(
      {
        '/srv/acme/1.yaml': override('1.1.0'),
      },
    )
  })

  test('an image that comes by a merge key is edited where it stands', () => {
    const compose = (tag: string) => `x-base: &base\n  image: acme/api:${tag}\n${services('api:', '  <<: *base')}`
    expect(edited(sources(compose('1.0.0')), { api: '1.1.0' })).toEqual({ [composePath]: compose('1.1.0') })
  })

  test('services that share an anchor are edited together', () => {
    const compose = (tag: string) =>
      `x-image: &image acme/api:${tag}\n${services('api:', '  image: *image', 'worker:', '  image: *image')}`
    expect(edited(sources(compose('1.0.0')), { api: '1.1.0', worker: '1.1.0' })).toEqual({
      [composePath]: compose('1.1.0'),
    })
  })

  test('the same tag again needs no edit', () => {
    expect(edited(sources(services('api:', '  image: acme/api:1.0.0')), { api: '1.0.0' })).toEqual({})
  })
})

describe('a tag behind a variable is replaced in the .env file', () => {
  const compose = services('api:', '  image: acme/api:${VERSION:-0.9.0}')
  test.each([
    ['plain', 'VERSION=1.0.0\n', 'VERSION=1.1.0\n'],
    ['quotes', 'VERSION="1.0.0"\n', 'VERSION="1.1.0"\n'],
    ['single quotes and a comment', "VERSION='1.0.0' # x\n", "VERSION='1.1.0' # x\n"],
    ['export', 'export VERSION=1.0.0 # x\nB=1', 'export VERSION=1.1.0 # x\nB=1'],
    ['Windows line ends', 'A=1\r\nVERSION=1.0.0\r\n', 'A=1\r\nVERSION=1.1.0\r\n'],
    ['a byte order mark', '\uFEFFVERSION=1.0.0\n', '\uFEFFVERSION=1.1.0\n'],
    ['doubles: the last', 'VERSION=0.8.0\nVERSION=1.0.0\n', 'VERSION=0.8.0\nVERSION=1.1.0\n'],
    ['no final newline', 'A=1\nVERSION=1.0.0', 'A=1\nVERSION=1.1.0'],
    ['nothing set yet', 'VERSION=\nA=1\n', 'VERSION=1.1.0\nA=1\n'],
    ['missing', 'A=1\n', 'A=1\nVERSION=1.1.0\n'],
    ['missing, no final newline', 'A=1', 'A=1\nVERSION=1.1.0\n'],
    ['missing, Windows line ends', 'A=1\r\nB=2', 'A=1\r\nB=2\r\nVERSION=1.1.0\r\n'],
    ['an empty file', '', 'VERSION=1.1.0\n'],
    ['a commented one', '#VERSION=1.0.0\n', '#VERSION=1.0.0\nVERSION=1.1.0\n'],
  ])('%s', (_title, before, after) => {
    expect(edited(sources(compose, before), { api: '1.1.0' })).toEqual({ [envPath]: after })
  })

  test.each([
    ['image: acme/api:$VERSION', '1.1.0', 'VERSION=1.1.0\n'],
    ['image: acme/api:${VERSION}', '1.1.0', 'VERSION=1.1.0\n'],
    ['image: acme/api:${VERSION:?set it}', '1.1.0', 'VERSION=1.1.0\n'],
    ['image: "acme/api:v${VERSION}"', 'v1.1.0', 'VERSION=1.1.0\n'],
    ['image: acme/api:${VERSION}-alpine', '1.1.0-alpine', 'VERSION=1.1.0\n'],
    ['image: ${REGISTRY:-ghcr.io/acme}/api:${VERSION}', '1.1.0', 'VERSION=1.1.0\n'],
  ])('%s', (image, tag, after) => {
    expect(edited(sources(services('api:', `  ${image}`), 'VERSION=1.0.0\n'), { api: tag })).toEqual({
      [envPath]: after,
    })
  })

  test('a variable that holds the whole image', () => {
    const given = sources(services('api:', '  image: ${IMAGE}'), 'IMAGE=localhost:5000/acme/api:1.0.0 # x\n')
    expect(edited(given, { api: '1.1.0' })).toEqual({ [envPath]: 'IMAGE=localhost:5000/acme/api:1.1.0 # x\n' })
  })

  test('a variable behind several images is written once', () => {
    const given = sources(
      services('a:', '  image: acme/a:${VERSION}', 'b:', '  image: acme/b:${VERSION}'),
      'VERSION=1.0.0\n',
    )
    expect(edited(given, { a: '1.1.0', b: '1.1.0' })).toEqual({ [envPath]: 'VERSION=1.1.0\n' })
  })

  test('several missing variables get a line each', () => {
    const given = sources(services('a:', '  image: acme/a:${A:-1}', 'b:', '  image: acme/b:${B:-1}'), 'X=1')
    expect(edited(given, { a: '1.1.0', b: '1.2.0' })).toEqual({ [envPath]: 'X=1\nA=1.1.0\nB=1.2.0\n' })
  })

  test('the last of several .env files counts', () => {
    const given: PinSources = {
      ...sources(compose),
      env: [
        { path: '/srv/acme/a.env', text: 'VERSION=1.0.0\n' },
        { path: '/srv/acme/b.env', text: 'X=1\n' },
      ],
    }
    expect(edited(given, { api: '1.1.0' })).toEqual({ '/srv/acme/a.env': 'VERSION=1.1.0\n' })
  })
})

describe('where it is not safe, nothing is edited', () => {
  test.each<[string, PinSources, Record<string, string>, RegExp]>([
    ['no such service', sources(services('api:', '  image: acme/api:1')), { web: '2' }, /of web is written/],
    ['no image', sources(services('api:', '  build: .')), { api: '2' }, /of api is written/],
    ['extends', sources(services('api:', '  extends: {service: base, file: base.yaml}')), { api: '2' }, /of api/],
    ['a folded value', sources(services('api:', '  image: >-', '    acme/api:1')), { api: '2' }, /of api/],
    ['an escape', sources(services('api:', '  image: "acme\\u002fapi:1"')), { api: '2' }, /of api/],
    ['a nested variable', sources(services('api:', '  image: acme/api:${A:-${B:-1}}')), { api: '2' }, /of api/],
    ['a replacement', sources(services('api:', '  image: acme/api:${A:+1}')), { api: '2' }, /of api/],
    ['two variables', sources(services('api:', '  image: acme/api:${A}.${B}'), 'A=1\nB=2\n'), { api: '2.2' }, /of api/],
    ['an unset variable', sources(services('api:', '  image: acme/api:${A}'), ''), { api: '2' }, /of api/],
    ['a reference in .env', sources(services('api:', '  image: acme/api:${A}'), 'A=$B\n'), { api: '2' }, /of api/],
    ['a broken file', sources('services:\n  api:\n   image: "acme/api:1\n'), { api: '2' }, /of api/],
    ['a tag that does not fit', sources(services('api:', '  image: acme/api:v${A}'), 'A=1\n'), { api: '2' }, /“v…”/],
    ['what is no tag', sources(services('api:', '  image: acme/api:1')), { api: '1 # x' }, /is no tag/],
    [
      'a line end in a tag',
      sources(services('api:', '  image: acme/api:${A}'), 'A=1\n'),
      { api: '1\nB=2' },
      /is no tag/,
    ],
  ])('%s', (_title, given, tags, message) => {
    expect(() => editPins(given, tags)).toThrowError(expect.objectContaining({ code: 'stack.pin-not-found' }))
    expect(() => editPins(given, tags)).toThrow(message)
  })

  test('one of two services that share a variable', () => {
    const given = sources(services('a:', '  image: acme/a:${V}', 'b:', '  image: acme/b:${V}'), 'V=1.0.0\n')
    expect(() => editPins(given, { a: '1.1.0' })).toThrow(/same place as b/)
    expect(() => editPins(given, { a: '1.1.0', b: '1.2.0' })).toThrow(/same place as b/)
  })

  test('a variable that stands in another image too, in another role', () => {
    const given = sources(services('a:', '  image: acme/a:${V}', 'b:', '  image: acme/b-${V}:1'), 'V=1.0.0\n')
    expect(() => editPins(given, { a: '1.1.0' })).toThrow(/would make b run acme\/b-1.1.0:1 instead of acme\/b-1.0.0:1/)
  })

  test('one of two services that share an anchor', () => {
    const given = sources(`x-i: &i acme/a:1\n${services('a:', '  image: *i', 'b:', '  image: *i')}`)
    expect(() => editPins(given, { a: '2' })).toThrow(/same place as b/)
  })
})

test('the four images of the sample product change by their tags alone', () => {
  const text = readFileSync(SAMPLE.composeFile, 'utf8')
  const names = ['error-tracker', 'log-viewer', 'metrics-collector', 'browser-relay']
  const tags = Object.fromEntries(names.map((name) => [name, '0.11.0']))
  const after = edited(sources(text), tags)[composePath] ?? ''
  expect(after.replace(/^( +image: .*):0\.11\.0/gm, '$1:0.10.0')).toBe(text)
  expect(after.match(/^ +image: .*:0\.11\.0/gm)).toHaveLength(4)
})
