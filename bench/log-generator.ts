import type { SampleHost } from '../e2e/host/sample-host.ts'

export interface GeneratorOptions {
  readonly project: string
  readonly lines: number
  /** Null: as fast as it can. */
  readonly linesPerSecond: number | null
}

/** So often in a second the generator writes its share. */
const PARTS_PER_SECOND = 20

/** About two hundred bytes, as pino writes a request. */
const LINE =
  '{\\"level\\":%d,\\"time\\":1795291200%03d,\\"pid\\":1,\\"hostname\\":\\"a1b2c3d4e5f6\\",\\"requestId\\":\\"req-%07d\\",' +
  '\\"tenant\\":\\"tenant-%d\\",\\"method\\":\\"GET\\",\\"url\\":\\"/api/v1/orders/%d\\",\\"responseTime\\":%d,\\"msg\\":\\"request completed\\"}\\n'

const awk = (lines: string, after: string) => `awk 'BEGIN {
  for (i = 1; i <= ${lines}; i++) {
    printf "${LINE}", (i % 50 == 0 ? 50 : i % 10 == 0 ? 40 : 30), i % 1000, i, i % 40, i, i % 300${after}
  }
}'`

/** A stack of one service that writes lines of pino. Without a rate it returns when all are written. */
export async function deployGenerator(
  sample: SampleHost,
  { project, lines, linesPerSecond }: GeneratorOptions,
): Promise<void> {
  const folder = `/srv/${project}`
  const part = Math.round((linesPerSecond ?? 0) / PARTS_PER_SECOND)
  const pace = `\n    if (i % ${part} == 0) { fflush(); system("sleep ${1 / PARTS_PER_SECOND}") }`
  const script = `${awk(String(lines), linesPerSecond === null ? '' : pace)}\ntouch /state/done\nexec sleep 1000000\n`
  const generator = {
    image: 'localhost:5000/library/alpine:3',
    command: ['sh', '/state/write.sh'],
    volumes: [`${folder}:/state`],
    stop_grace_period: '0s',
    logging: { driver: 'json-file', options: { 'max-size': '2g' } },
  }
  await sample.exec(['mkdir', '-p', folder])
  await sample.writeFile(`${folder}/write.sh`, script, 'root')
  await sample.writeFile(`${folder}/compose.yaml`, JSON.stringify({ name: project, services: { generator } }), 'root')
  await sample.exec(['docker', 'compose', '--file', `${folder}/compose.yaml`, 'up', '--detach', '--quiet-pull'])
  if (linesPerSecond !== null) return
  await sample.exec(`until [ -e ${folder}/done ]; do sleep 0.2; done`, { timeoutMs: 10 * 60_000 })
}
