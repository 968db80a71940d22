import { notifications } from '@mantine/notifications'
import { toErrorShape } from './error-shape.ts'

/** Long enough to read two sentences; an error stays until it is closed. */
const NEWS_MS = 4000

/** A failure of something that has no place of its own on the page. */
export function announceFailure(error: unknown): void {
  const { message, hint } = toErrorShape(error)
  notifications.show({ color: 'danger', title: message, message: hint ?? '', autoClose: false })
}

/** A small thing that was done and cannot be seen otherwise. */
export function announce(message: string): void {
  notifications.show({ message, autoClose: NEWS_MS })
}
