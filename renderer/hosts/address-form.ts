import type { HostTargetInput } from '../../shared/contract/hosts.ts'

export interface HopValues {
  readonly key: string
  hostname: string
  port: number | string
  user: string
}

/** The fields of the form as they are typed. */
export interface AddressValues {
  label: string
  hostname: string
  port: number | string
  user: string
  agent: 'auto' | 'none' | 'path'
  agentPath: string
  keyFiles: string[]
  password: boolean
  /** Outermost first. */
  jumps: HopValues[]
  compression: boolean
}

export const INITIAL_ADDRESS: AddressValues = {
  label: '',
  hostname: '',
  port: 22,
  user: '',
  agent: 'auto',
  agentPath: '',
  keyFiles: [],
  password: true,
  jumps: [],
  compression: false,
}

/** Why a port is not one; null when it is. */
export function portProblem(port: number | string): string | null {
  const value = Number(port)
  return Number.isInteger(value) && value >= 1 && value <= 65_535 ? null : 'A number from 1 to 65535'
}

/** Why a host name cannot be one; null when it can. User and port have fields of their own. */
export function hostnameProblem(hostname: string): string | null {
  const name = hostname.trim()
  if (name === '') return 'Name or IP address of the machine'
  if (name.includes('@')) return 'The user goes into its own field'
  return /[\s/]/.test(name) ? 'Only a name or an IP address' : null
}

export function userProblem(user: string): string | null {
  return user.trim() === '' ? 'The user to sign in as' : null
}

/** The form as the contract wants it. Jump hosts sign in the same way as the host itself. */
export function toTarget(values: AddressValues): HostTargetInput {
  const auth = {
    agent: values.agent === 'path' ? values.agentPath.trim() : values.agent,
    keyFiles: values.keyFiles.map((file) => file.trim()).filter((file) => file !== ''),
    password: values.password,
  }
  const hop = ({ hostname, port, user }: Pick<AddressValues, 'hostname' | 'port' | 'user'>) => ({
    hostname: hostname.trim(),
    port: Number(port),
    user: user.trim(),
    auth,
  })
  return { kind: 'ssh', ...hop(values), jumps: values.jumps.map(hop), compression: values.compression }
}
