import { IconFileText } from '@tabler/icons-react'
import { EmptyState } from '../components/empty-state.tsx'

/** What the services of a stack say. */
export function LogsPage() {
  return (
    <EmptyState icon={IconFileText} title="No lines yet">
      <p>The lines of this stack's services come here.</p>
    </EmptyState>
  )
}
