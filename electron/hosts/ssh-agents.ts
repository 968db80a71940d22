import ssh2 from 'ssh2'
import { expandHome } from './key-files.ts'

const WINDOWS_AGENT_PIPE = '\\\\.\\pipe\\openssh-ssh-agent'
const PAGEANT = 'pageant'
/** An agent that says nothing (a socket forwarded from a laptop that is gone) must not hold up the sign-in. */
const ANSWER_TIMEOUT_MS = 3_000

/** An agent to sign in with, or why there is none: null where none was asked for or is to be expected. */
export type AgentSearch = { readonly agent: string } | { readonly problem: string } | null

/** Finds the agent of a setting: `auto`, `none`, or a socket path, pipe or `pageant`. */
export async function findAgent(setting: string): Promise<AgentSearch> {
  let problem: string | null = null
  for (const agent of agentCandidates(setting)) {
    const count = await countIdentities(agent)
    // A usual agent that is not there is nothing to complain about; one that was named is.
    if (typeof count === 'number') {
      if (count > 0) return { agent }
      problem ??= 'The SSH agent holds no keys (see ssh-add -l).'
    } else if (setting !== 'auto') problem ??= `The SSH agent at ${setting} did not answer: ${count.message}.`
  }
  return problem === null ? null : { problem }
}

/** The agents that a setting may mean, the first that answers and holds keys being taken. */
export function agentCandidates(
  setting: string,
  platform: NodeJS.Platform = process.platform,
  env: NodeJS.ProcessEnv = process.env,
): string[] {
  if (setting === 'none') return []
  if (setting !== 'auto') return [expandHome(setting)]
  if (env.SSH_AUTH_SOCK) return [env.SSH_AUTH_SOCK]
  return platform === 'win32' ? [WINDOWS_AGENT_PIPE, PAGEANT] : []
}

function countIdentities(path: string): Promise<number | Error> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(new Error('it does not answer')), ANSWER_TIMEOUT_MS)
    const settle = (answer: number | Error) => {
      clearTimeout(timer)
      resolve(answer)
    }
    try {
      ssh2.createAgent(path).getIdentities((error, keys) => settle(error ?? keys?.length ?? 0))
    } catch (error) {
      settle(error instanceof Error ? error : new Error(String(error)))
    }
  })
}
