import { mac, randomId } from './seal.js'

const timeoutMs = 5_000

/** Tells other systems what happened, by way of the queue: a delivery that fails is tried again later. */
export function createWebhooks({ database, settings }) {
  let queues
  return {
    async announce(orgId, event, data) {
      if (!settings.modules.includes('webhooks')) return
      const hooks = await database.rows('SELECT id FROM webhooks WHERE org_id = $1 AND enabled', orgId)
      for (const { id } of hooks) await queues.addDelivery({ webhookId: id, event, data })
    },
    async deliver({ webhookId, event, data }) {
      const hook = await database.row('SELECT url, secret FROM webhooks WHERE id = $1', webhookId)
      if (!hook) return
      const body = JSON.stringify({ event, data })
      const headers = { 'Content-Type': 'application/json', 'Appstrate-Signature': mac(body, hook.secret) }
      const signal = AbortSignal.timeout(timeoutMs)
      const status = await fetch(hook.url, { method: 'POST', headers, body, signal }).then(
        (response) => response.status,
        () => null,
      )
      await database.row(
        'INSERT INTO webhook_deliveries (id, webhook_id, event, attempt, status) VALUES ($1, $2, $3, 1, $4)',
        ...[randomId('del'), webhookId, event, status],
      )
      if (status === null || status >= 300) throw new Error(`Webhook ${webhookId}: ${status ?? 'no answer'}`)
    },
    use(opened) {
      queues = opened
    },
  }
}
