import { ensureEngine } from '../../e2e/host/engine.ts'
import { readHostRecords } from '../../e2e/host/host-folder.ts'
import { SampleHost } from '../../e2e/host/sample-host.ts'
import { startSampleApp, startUpgrade } from './sample-operations.ts'

/*
 * For tests: an app that upgrades one service of a stack on a sample host and kills itself, as SIGKILL does, the moment
 * a step has a status. Arguments: sample host, project, service, version, step, status, and a folder of runbooks or
 * nothing. Prints the operation's id first.
 */
const [name, project = '', service = '', version = '', stepId, status, runbooks] = process.argv.slice(2)
const record = readHostRecords().find((candidate) => candidate.name === name)
if (record === undefined) throw new Error(`There is no sample host ${name}.`)
const app = startSampleApp(new SampleHost(await ensureEngine(), record), {
  project,
  settleSeconds: 2,
  ...(runbooks === undefined ? {} : { runbooks }),
})
const { operationId } = await startUpgrade(app, version, { services: [service] })
process.stdout.write(`${operationId}\n`)
for await (const event of app.operations.watch(app.ref, operationId)) {
  if (event.type !== 'snapshot') continue
  const step = event.record.steps.find(({ id }) => id === stepId)
  if (step?.status === status) process.kill(process.pid, 'SIGKILL')
}
