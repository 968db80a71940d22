import { startSampleHost } from '../../e2e/host/start-sample-host.ts'
import { describeHost } from './host.conformance.ts'
import { openSshHost } from './ssh-fixture.ts'

describeHost('a machine over SSH', async () => {
  const sample = await startSampleHost()
  const fixture = openSshHost(sample)
  await fixture.host.connect()
  await fixture.host.files.makeDirectories('/home/deploy/scratch')
  return {
    host: fixture.host,
    scratchDirectory: '/home/deploy/scratch',
    forbiddenFile: '/etc/shadow',
    processes: async () => (await sample.exec(['ps', '-eo', 'args'])).stdout,
    async dispose() {
      await fixture.dispose()
      await sample.dispose()
    },
  }
})
