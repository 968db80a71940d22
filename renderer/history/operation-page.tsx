/** To come. */
export function OperationPage() {
  return null
}
