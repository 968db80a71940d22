import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'

/**
 * Draws the icons of the tray, one for each state: `node scripts/tray-icons.ts`. A state has a shape of its own, not
 * only a colour. They are kept in the repository; this makes them anew when one is to look different.
 */
type Shape = (x: number, y: number) => 'fill' | 'sign' | null

const disc = (x: number, y: number, radius = 0.92) => Math.hypot(x, y) <= radius
/** Whether a point is within `width` of the line between two others. */
function onLine(x: number, y: number, [ax, ay, bx, by]: readonly [number, number, number, number], width = 0.13) {
  const [dx, dy] = [bx - ax, by - ay]
  const along = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)))
  return Math.hypot(x - ax - along * dx, y - ay - along * dy) <= width
}

const SHAPES: Readonly<Record<string, { readonly colour: number; readonly shape: Shape }>> = {
  healthy: {
    colour: 0x2f9e44,
    shape: (x, y) => {
      if (!disc(x, y)) return null
      return onLine(x, y, [-0.42, 0.02, -0.1, 0.36]) || onLine(x, y, [-0.1, 0.36, 0.46, -0.34]) ? 'sign' : 'fill'
    },
  },
  degraded: {
    colour: 0xe67700,
    shape: (x, y) => {
      if (y > 0.82 || Math.abs(x) > (y + 0.98) * 0.56) return null
      return onLine(x, y, [0, -0.3, 0, 0.26]) || disc(x, y - 0.57, 0.14) ? 'sign' : 'fill'
    },
  },
  down: {
    colour: 0xe03131,
    shape: (x, y) => {
      if (Math.max(Math.abs(x), Math.abs(y)) > 0.84) return null
      return onLine(x, y, [-0.4, -0.4, 0.4, 0.4]) || onLine(x, y, [-0.4, 0.4, 0.4, -0.4]) ? 'sign' : 'fill'
    },
  },
  unknown: {
    colour: 0x868e96,
    shape: (x, y) => (disc(x, y) && (!disc(x, y, 0.66) || disc(x, y, 0.2)) ? 'fill' : null),
  },
  maintenance: {
    colour: 0x1971c2,
    shape: (x, y) => {
      if (!disc(x, y)) return null
      return onLine(x, y, [-0.22, -0.38, -0.22, 0.38]) || onLine(x, y, [0.22, -0.38, 0.22, 0.38]) ? 'sign' : 'fill'
    },
  },
}

/** Points that are looked at in each direction within one pixel, for smooth edges. */
const SAMPLES = 6

function draw(size: number, { colour, shape }: (typeof SHAPES)[string]): Buffer {
  const rows = Buffer.alloc(size * (1 + size * 4))
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      let [fill, sign] = [0, 0]
      for (let sample = 0; sample < SAMPLES * SAMPLES; sample++) {
        const x = ((column + ((sample % SAMPLES) + 0.5) / SAMPLES) / size) * 2 - 1
        const y = ((row + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES) / size) * 2 - 1
        const found = shape(x, y)
        if (found === 'fill') fill++
        if (found === 'sign') sign++
      }
      const seen = fill + sign
      const offset = row * (1 + size * 4) + 1 + column * 4
      for (const [channel, shift] of [16, 8, 0].entries()) {
        const value = (colour >> shift) & 0xff
        rows[offset + channel] = seen === 0 ? 0 : Math.round((fill * value + sign * 255) / seen)
      }
      rows[offset + 3] = Math.round((seen / (SAMPLES * SAMPLES)) * 255)
    }
  }
  return encodePng(size, rows)
}

function encodePng(size: number, rows: Buffer): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(size, 0)
  header.writeUInt32BE(size, 4)
  header.set([8, 6, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type), data])
  const whole = Buffer.alloc(named.length + 8)
  whole.writeUInt32BE(data.length, 0)
  named.copy(whole, 4)
  whole.writeUInt32BE(crc32(named), named.length + 4)
  return whole
}

const folder = join(import.meta.dirname, '..', 'assets', 'tray')
mkdirSync(folder, { recursive: true })
for (const [state, picture] of Object.entries(SHAPES)) {
  writeFileSync(join(folder, `${state}.png`), draw(16, picture))
  writeFileSync(join(folder, `${state}@2x.png`), draw(32, picture))
}
