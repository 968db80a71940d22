import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { logger } from './logger.js'

const keptJobs = 100

/**
 * The queues in Redis. Runs that wait, webhook deliveries that are tried again, and when a schedule is due next are
 * nowhere else: a stack whose Redis is lost keeps its schedules, and never runs them.
 */
export async function openQueues(redisUrl, handlers) {
  // A request should fail while Redis is away; a worker waits for it.
  const forRequests = connect(redisUrl, { maxRetriesPerRequest: 1, enableOfflineQueue: false })
  const forWorkers = connect(redisUrl, { maxRetriesPerRequest: null })
  await new Promise((resolve) => forRequests.once('ready', resolve))
  const defaultJobOptions = { removeOnComplete: keptJobs, removeOnFail: keptJobs }
  const queues = Object.keys(handlers).map((name) => [
    name,
    new Queue(name, { connection: forRequests, defaultJobOptions }),
  ])
  const workers = Object.entries(handlers).map(([name, handle]) => startWorker(name, handle, forWorkers))
  const byName = Object.fromEntries(queues)
  return {
    addRun: (runId) => byName.run.add('run', { runId }),
    addDelivery: (data) =>
      byName.webhook.add('deliver', data, { attempts: 5, backoff: { type: 'exponential', delay: 2_000 } }),
    /** The first time is one interval from now. */
    addSchedule(id, everySeconds, data) {
      const every = everySeconds * 1_000
      const timing = { every, startDate: Date.now() + every }
      return byName.schedule.upsertJobScheduler(id, timing, { name: 'scheduled-run', data })
    },
    removeSchedule: (id) => byName.schedule.removeJobScheduler(id),
    /** When it is due next; undefined if Redis does not know it. */
    async nextRun(id) {
      return (await byName.schedule.getJobScheduler(id))?.next
    },
    /** How many requests the organization made in this minute. */
    async countRequest(orgId) {
      const key = `rate:${orgId}:${Math.floor(Date.now() / 60_000)}`
      const [[, count]] = await forRequests.multi().incr(key).expire(key, 60).exec()
      return count
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.close()))
      await Promise.all(queues.map(([, queue]) => queue.close()))
      forRequests.disconnect()
      forWorkers.disconnect()
    },
  }
}

function startWorker(name, handle, connection) {
  const worker = new Worker(name, (job) => handle(job.data), { connection, concurrency: 4 })
  worker.on('failed', (job, error) => logger.warn({ queue: name, jobId: job?.id, error: error.message }, 'Job failed'))
  worker.on('error', () => {}) // the connection's own handler says it once
  return worker
}

function connect(url, options) {
  const redis = new Redis(url, options)
  redis.on('error', (error) => logger.warn({ error: error.message || error.code }, 'Redis connection lost'))
  return redis
}
