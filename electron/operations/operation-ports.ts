import type { StackRef } from '../../shared/contract/stacks.ts'
import { runGate } from '../health/gate.ts'
import { askSchemas } from '../health/schema-evidence.ts'
import { runSmokeTest } from '../health/smoke-test.ts'
import type { StackService } from '../stacks/stack-service.ts'
import { askData } from './ask-data.ts'
import type { OperationPorts } from './ports.ts'

/** Operations on the stacks and the health of this app. */
export function createOperationPorts(
  stacks: StackService,
  onChanged: (ref: StackRef) => void = () => undefined,
  onBug: (error: unknown) => void = () => undefined,
): OperationPorts {
  return {
    readStack: (ref, signal) => stacks.readRecent(ref, { signal }),
    readStackAnew: (ref, signal) => stacks.read(ref, { signal }),
    locate: (ref, signal) => stacks.locate(ref, { signal }),
    runGate: (stack, service, request) => runGate(stack, service, { ...request, askData }),
    askSchemas: (stack, service, request) => askSchemas(stack, service, { ...request, askData }),
    runSmokeTest,
    onChanged,
    onFilesChanged: (ref) => {
      stacks.forgetRecent()
      onChanged(ref)
    },
    onBug,
  }
}
