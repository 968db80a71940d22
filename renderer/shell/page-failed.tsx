import { Button } from '@mantine/core'
import { IconMapQuestion } from '@tabler/icons-react'
import type { ErrorComponentProps } from '@tanstack/react-router'
import { EmptyState } from '../components/empty-state.tsx'
import { ErrorNotice } from '../components/error-notice.tsx'
import { LinkButton } from '../components/link-button.tsx'
import { Page } from '../components/page.tsx'
import { toErrorShape } from '../lib/error-shape.ts'

/** A fault in a page must not take the console with it. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  return (
    <Page title="This page failed">
      <ErrorNotice error={toErrorShape(error)} actions={<Button onClick={reset}>Show the page again</Button>} />
    </Page>
  )
}

/** An address that leads nowhere. */
export function NotFound() {
  return (
    <EmptyState
      order={1}
      icon={IconMapQuestion}
      title="There is no such page"
      action={<LinkButton to="/">Go to the hosts</LinkButton>}
    >
      <p>The address may be of a host or an operation that was removed.</p>
    </EmptyState>
  )
}
