import type { DatasetOf } from '../../../../shared/runbook/data-schema.ts'
import type { Stack } from '../../../stacks/stack.ts'

type Dataset = DatasetOf<'bucket'>

/** By hand with any S3 client: keys in its own configuration, never on the command line. */
export function backUpCommands(_stack: Stack, { id, service, bucket }: Dataset, directory: string): string[] {
  return [
    `# ${id}: with an S3 client that has the keys of ${service}: mirror bucket ${bucket} to ${directory}/${id}.bucket`,
  ]
}

export function restoreCommands(_stack: Stack, { id, service, bucket }: Dataset, directory: string): string[] {
  return [
    `# ${id}: with an S3 client that has the keys of ${service}: put the objects of ${directory}/${id}.bucket back into bucket ${bucket}, each under the key that ${id}.bucket.json names`,
  ]
}

export function discardCommands(_stack: Stack, { id, service }: Dataset, name: string): string[] {
  return [`# ${id}: with an S3 client that has the keys of ${service}: empty and remove bucket ${name}`]
}
