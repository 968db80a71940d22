import { isSlipwayError } from '../../shared/errors.ts'
import { matchesExpression } from '../../shared/runbook/expression.ts'
import type { Probe } from '../../shared/runbook/probe-schema.ts'
import type { ExecResult } from '../hosts/host.ts'
import type { HostSession } from '../stacks/stack.ts'
import type { Finding } from './probe-result.ts'
import { type ProbedStack, runningContainer } from './probe-target.ts'

export type CommandProbe = Extract<Probe, { command: unknown }>

const MAX_OUTPUT_BYTES = 256 * 1024
/** `docker exec` itself could not start the command; the engine says so with these. */
const ENGINE_CODES = new Set([125, 126, 127])

/** Runs a command in a service's container and judges its exit and output. Throws only when `signal` aborts. */
export async function probeCommand(stack: ProbedStack, probe: CommandProbe, signal?: AbortSignal): Promise<Finding> {
  const { service, argv, timeoutSeconds } = probe.command
  const request = `run ${argv.join(' ')} in ${service}`
  const container = runningContainer(stack, service)
  if (container === null) return unknown(request, `${service} has no running container that could be asked.`, null)
  const startedAt = performance.now()
  const duration = () => Math.round(performance.now() - startedAt)
  try {
    const command = await dockerCommand(stack.session, signal)
    const result = await stack.session.host.exec([...command, 'exec', container.id, ...argv], {
      okCodes: 'any',
      timeoutMs: timeoutSeconds * 1000,
      maxOutputBytes: MAX_OUTPUT_BYTES,
      ...(stack.session.host.usesSudo ? { sudo: true } : {}),
      ...(signal === undefined ? {} : { signal }),
    })
    return {
      ...judge(probe, result),
      request,
      answer: { status: result.code, body: show(result) },
      durationMs: duration(),
    }
  } catch (error) {
    signal?.throwIfAborted()
    if (!isSlipwayError(error)) throw error
    if (error.code !== 'host.timeout') return unknown(request, error.message, duration())
    const reason = `The command did not end within ${timeoutSeconds} s.`
    return { health: 'down', reason, request, answer: null, durationMs: duration() }
  }
}

function unknown(request: string, reason: string, durationMs: number | null): Finding {
  return { health: 'unknown', reason, request, answer: null, durationMs }
}

/** The docker CLI of the host, told which engine is meant where that is not the usual one. */
async function dockerCommand({ host, engine }: HostSession, signal?: AbortSignal): Promise<string[]> {
  const options = signal === undefined ? {} : { signal }
  const [{ dockerPath }, { socketPath, socketSource }] = await Promise.all([
    host.connect(options),
    engine.info(options),
  ])
  return [dockerPath ?? 'docker', ...(socketSource === 'default' ? [] : ['--host', `unix://${socketPath}`])]
}

function judge({ healthy }: CommandProbe, { code, stdout, stderr }: ExecResult): Pick<Finding, 'health' | 'reason'> {
  if (code === null) return { health: 'unknown', reason: 'The command was ended before it could say anything.' }
  if (!healthy.exitCode.includes(code)) {
    const words = stderr.trim() === '' ? '' : `: ${stderr.trim().slice(0, 200)}`
    const reason = `The command ended with exit code ${code}, expected ${healthy.exitCode.join(' or ')}${words}.`
    return { health: ENGINE_CODES.has(code) ? 'unknown' : 'down', reason }
  }
  const { contains, matches } = healthy.stdout ?? {}
  if (contains !== undefined && !stdout.includes(contains)) {
    return { health: 'down', reason: `The output does not contain “${contains}”.` }
  }
  if (matches !== undefined && !matchesExpression(matches, stdout)) {
    return { health: 'down', reason: `The output does not match /${matches}/.` }
  }
  return { health: 'healthy', reason: `The command ended with exit code ${code}.` }
}

function show({ stdout, stderr }: ExecResult): string {
  return [stdout, stderr].filter((text) => text !== '').join('\n')
}
