import { BUILD, runCheck, TYPE_CHECKS } from '../checks.ts'

for (const check of [...TYPE_CHECKS, BUILD]) {
  if (!(await runCheck(check))) process.exit(1)
}
