import { expect, it } from 'vitest'
import type { StackService } from '../stacks/stack-service.ts'
import { createOperationPorts } from './operation-ports.ts'

it('has written files read anew before anybody is told that they have changed, and of changed containers only tells', () => {
  const order: string[] = []
  const stacks = { forgetRecent: () => order.push('forgotten') } as unknown as StackService
  const ports = createOperationPorts(stacks, ({ project }) => order.push(`told of ${project}`))
  ports.onChanged?.({ hostId: 'h', project: 'acme' })
  expect(order.splice(0)).toEqual(['told of acme'])
  ports.onFilesChanged?.({ hostId: 'h', project: 'acme' })
  expect(order).toEqual(['forgotten', 'told of acme'])
})
