import type { ToolNeed } from './tool.ts'

/** GNU's programs, which the host almost always has and small images do not: they keep access lists and holes in files. */
export const FOLDER_NEED: ToolNeed = {
  program: 'tar',
  programs: [
    'find',
    'sort',
    'xargs',
    'sha256sum',
    'stat',
    'cmp',
    'diff',
    'sed',
    'tr',
    'wc',
    'head',
    'cut',
    'du',
    'mv',
    'sync',
  ],
  proof: 'tar --version | grep -q GNU && find --version | grep -q GNU',
  first: 'host',
}
