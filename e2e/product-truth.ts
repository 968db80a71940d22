import { ProjectTruth } from './project-truth.ts'

/** The truth about a sample product's stack: what its data is, and whether it does its work. */
export abstract class ProductTruth extends ProjectTruth {
  /** Equal exactly when all data of the stack is: rows of every table, files, schema. */
  abstract fingerprint(): Promise<unknown>

  /** What clients find through the product's own interface, whatever its schema: a migration must not change it. */
  abstract contents(): Promise<unknown>

  /** Uses the product as its clients do, with traces removed, and throws where anything does not work. */
  abstract expectWorking(): Promise<void>
}
