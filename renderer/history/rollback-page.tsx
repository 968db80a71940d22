/** To come. */
export function RollbackPage() {
  return null
}
