import { stringify } from 'yaml'
import type { BrokenRunbook } from './break-values.ts'
import type { Random } from './random.ts'
import { soundRunbook } from './sound-runbook.ts'

const SOUND = stringify(soundRunbook)

function file(fault: string, content: string | Uint8Array): BrokenRunbook {
  return { fault, content, at: null }
}

/** Cut off, as by a full disk. */
export function cutOff(random: Random): BrokenRunbook {
  const end = random.whole(0, SOUND.indexOf('\nmatch:'))
  return file(`cut off after ${end} characters`, SOUND.slice(0, end))
}

/** One character more at a place where YAML does not bear it. */
export function spoiltText(random: Random): BrokenRunbook {
  const lines = SOUND.split('\n').slice(0, -1)
  const index = random.whole(1, lines.length - 3)
  const line = lines[index] ?? ''
  const spoilt = random.pick([`\t${line.trimStart()}`, `${line} "`, `@${line}`, `} ${line}`, `%${line}\n---\n...x`])
  return file(`line ${index + 1} is ${JSON.stringify(spoilt)}`, lines.with(index, spoilt).join('\n'))
}

/** What tools and people leave in files. */
export function foreignText(random: Random): BrokenRunbook {
  const word = random.word()
  return file(
    ...random.pick<[string, string | Uint8Array]>([
      ['nothing but a comment', `# ${word}\n`],
      ['a word', word],
      ['a number', String(random.whole(1, 1e9))],
      ['a list', `- ${word}\n- slipway: 1\n`],
      ['JSON of something else', JSON.stringify({ [word]: [1, 2, { a: null }] })],
      ['two documents', `${SOUND}---\nslipway: 1 # ${word}\n`],
      ['marks of a merge', `<<<<<<< HEAD\n${SOUND}=======\n${SOUND}>>>>>>> ${word}\n`],
      ['a tag of another program', SOUND.replace('name: Acme', `name: !!js/function "${word}"`)],
      ['keys twice', `${SOUND}gate: { timeoutSeconds: ${random.whole(1, 99)} }\n`],
      ['a key that is a list', `${SOUND}? [${word}]\n: 1\n`],
      ['bytes that are no text', Uint8Array.from({ length: 400 }, () => random.whole(128, 255))],
      ['another encoding', Buffer.from(`\uFEFF${SOUND}# ${word}`, 'utf16le')],
      ['Latin-1', Buffer.from(SOUND.replace('name: Acme', `name: Acmé ${word}`), 'latin1')],
      ['bytes of zero', SOUND.replace('name: Acme', `name: "\0${word}"`)],
      ['nothing but spaces', ' '.repeat(random.whole(1, 1000))],
    ]),
  )
}

/** Small files that would become large, or never end. */
export function bomb(random: Random): BrokenRunbook {
  const levels = random.whole(8, 12)
  const depth = random.whole(20_000, 60_000)
  const many = random.whole(101, 400)
  const laughs = Array.from({ length: levels }, (_, level) => {
    return `a${level}: &a${level} [${Array(9)
      .fill(level === 0 ? 'lol' : `*a${level - 1}`)
      .join(', ')}]`
  })
  const merges = Array.from({ length: levels }, (_, level) => {
    return `m${level}: &m${level} { ${
      level === 0
        ? 'x: 1'
        : `<<: [${Array(9)
            .fill(`*m${level - 1}`)
            .join(', ')}]`
    } }`
  })
  return file(
    ...random.pick<[string, string]>([
      [`${levels} levels of nine aliases`, `${laughs.join('\n')}\n${SOUND}`],
      [`${levels} levels of nine merges`, `${merges.join('\n')}\n${SOUND}`],
      ['a list in itself', SOUND.replace(/^match:[\s\S]*/m, 'match: &m\n  images: [*m, *m]\n')],
      ['a mapping in itself', `${SOUND}x: &x { y: *x }\n`],
      ['an alias without an anchor', `${SOUND}x: *${random.word()}\n`],
      [`${depth} lists in each other`, `${SOUND}x: ${'['.repeat(depth)}${']'.repeat(depth)}\n`],
      [`${depth} mappings in each other`, `${SOUND}x: ${'{a: '.repeat(depth)}1${'}'.repeat(depth)}\n`],
      [`${depth} open brackets`, `${SOUND}x: ${'['.repeat(depth)}`],
      [`${many} aliases`, `x: &x 1\ny: [${Array(many).fill('*x').join(', ')}]\n${SOUND}`],
      [`${many} indents`, `${SOUND}${Array.from({ length: many }, (_, at) => `${' '.repeat(at)}x:\n`).join('')}`],
    ]),
  )
}

/** Files that no person has written. */
export function hugeFile(random: Random): BrokenRunbook {
  const size = random.whole(200_000, 250_000)
  const services = (count: number) =>
    Array.from({ length: count }, (_, at) => `  - { name: s${at}, after: [s${at + 1}] }`)
  const count = random.whole(3000, 5000)
  return file(
    ...random.pick<[string, string | Uint8Array]>([
      ['a mebibyte of comment', `${SOUND}# ${'x'.repeat(1024 * 1024)}`],
      ['eight mebibytes of zero', new Uint8Array(8 * 1024 * 1024)],
      [`one line of ${size} characters`, `x${'x'.repeat(size)}`],
      [`a key of ${size} characters`, `${SOUND}${'k'.repeat(size)}: 1\n`],
      [`an unknown word of ${size} characters`, SOUND.replace('id: acme', `id: ${'ä'.repeat(size / 2)}`)],
      [`${size} blanks before a fault`, `${' '.repeat(size)}]`],
      [
        `${count} services, each after the next`,
        `slipway: 1\nid: acme\nname: A\nmatch: { images: [a/b] }\nservices:\n${services(count).join('\n')}\n`,
      ],
      [`a number of ${size} digits`, SOUND.replace('timeoutSeconds: 90', `timeoutSeconds: ${'9'.repeat(size)}`)],
    ]),
  )
}
