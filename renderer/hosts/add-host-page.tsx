/** To come. */
export function AddHostPage() {
  return null
}
