/** To come. */
export function UpgradePage() {
  return null
}
