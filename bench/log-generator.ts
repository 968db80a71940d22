import type { SampleHost } from '../e2e/host/sample-host.ts'

export interface GeneratorOptions {
  readonly project: string
  readonly lines: number
  /** Null: as fast as it can. */
  readonly linesPerSecond: number | null
}

/** So often in a second the generator writes its share. */
const PARTS_PER_SECOND = 10

/** About two hundred bytes, as pino writes a request. */
const LINE =
  '{\\"level\\":%d,\\"time\\":1795291200%03d,\\"pid\\":1,\\"hostname\\":\\"a1b2c3d4e5f6\\",\\"requestId\\":\\"req-%07d\\",' +
  '\\"tenant\\":\\"tenant-%d\\",\\"method\\":\\"GET\\",\\"url\\":\\"/api/v1/orders/%d\\",\\"responseTime\\":%d,\\"msg\\":\\"request completed\\"}\\n'

const write = (lines: number) => `awk 'BEGIN {
  for (i = 1; i <= ${lines}; i++) {
    printf "${LINE}", (i % 50 == 0 ? 50 : i % 10 == 0 ? 40 : 30), i % 1000, i, i % 40, i, i % 300
  }
}'`

/** The same part again and again: it costs less than the clock it is paced by. Says how many lines it has written. */
function writePaced(lines: number, linesPerSecond: number): string {
  const part = Math.round(linesPerSecond / PARTS_PER_SECOND)
  return `${write(part)} > /tmp/part
written=0
while [ $written -lt ${lines} ]; do
  sleep ${1 / PARTS_PER_SECOND} &
  cat /tmp/part
  written=$((written + ${part}))
  echo $written > /state/written
  wait
done`
}

/** A stack of one service that writes lines of pino. Without a rate it returns when all are written. */
export async function deployGenerator(
  sample: SampleHost,
  { project, lines, linesPerSecond }: GeneratorOptions,
): Promise<void> {
  const folder = `/srv/${project}`
  const work = linesPerSecond === null ? write(lines) : writePaced(lines, linesPerSecond)
  const generator = {
    image: 'localhost:5000/library/alpine:3',
    command: ['sh', '/state/write.sh'],
    volumes: [`${folder}:/state`],
    stop_grace_period: '0s',
    logging: { driver: 'json-file', options: { 'max-size': '2g' } },
  }
  await sample.exec(['mkdir', '-p', folder])
  await sample.exec(['rm', '-f', `${folder}/done`])
  await sample.writeFile(`${folder}/write.sh`, `${work}\ntouch /state/done\nexec sleep 1000000\n`, 'root')
  await sample.writeFile(`${folder}/compose.yaml`, JSON.stringify({ name: project, services: { generator } }), 'root')
  // The same definition with another script is another generator all the same.
  const up = ['up', '--detach', '--quiet-pull', '--force-recreate']
  await sample.exec(['docker', 'compose', '--file', `${folder}/compose.yaml`, ...up])
  if (linesPerSecond !== null) return
  await sample.exec(`until [ -e ${folder}/done ]; do sleep 0.2; done`, { timeoutMs: 10 * 60_000 })
}

/** How many lines a paced generator has written. */
export async function readWritten(sample: SampleHost, project: string): Promise<number> {
  const { stdout } = await sample.exec(['cat', `/srv/${project}/written`])
  return Number(stdout)
}
