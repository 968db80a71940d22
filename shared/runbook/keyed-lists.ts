/**
 * Lists of a runbook whose items have a name of their own, by their path: a file that extends a runbook changes an item
 * by that name.
 */
export const KEYED_LISTS: Readonly<Record<string, string>> = {
  services: 'name',
  probes: 'id',
  secrets: 'id',
  checklist: 'id',
  'backup.datasets': 'id',
}
