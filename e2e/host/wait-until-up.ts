import { setTimeout as sleep } from 'node:timers/promises'

/** A container as `docker compose ps --all --format json` tells it, one a line. */
type ContainerLine = { Service: string; State: string; Health: string; ExitCode: number }

const pollMs = 250

/**
 * Waits until every container of a stack is healthy, runs without a health check, or has ended with 0.
 * Compose's own `--wait` takes a one-shot service that did its work for a failure.
 */
export async function waitUntilUp(listContainers: () => Promise<string>, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const containers = parseLines(await listContainers())
    if (containers.length > 0 && containers.every(isUp)) return
    if (Date.now() > deadline) throw new Error(`The stack did not come up: ${containers.map(describe).join(', ')}`)
    await sleep(pollMs)
  }
}

function parseLines(output: string): ContainerLine[] {
  const lines = output.split('\n').filter(Boolean)
  return lines.map((line) => JSON.parse(line) as ContainerLine)
}

function isUp({ State, Health, ExitCode }: ContainerLine): boolean {
  if (State === 'running') return Health === '' || Health === 'healthy'
  return State === 'exited' && ExitCode === 0
}

function describe({ Service, State, Health, ExitCode }: ContainerLine): string {
  return `${Service} ${State} ${Health || ExitCode}`
}
