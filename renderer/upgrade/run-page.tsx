/** To come. */
export function RunPage() {
  return null
}
