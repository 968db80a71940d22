import { z } from 'zod'
import { errorShapeSchema } from '../errors.ts'
import { verdictSchema } from './stacks.ts'

/** What an upgrade goes to: one version for all services of the choice, or for each that is named its own. */
export const targetVersionSchema = z.union([
  z.string(),
  z.record(z.string(), z.string()).refine((versions) => Object.keys(versions).length > 0, 'a service at least'),
])
export type TargetVersion = z.infer<typeof targetVersionSchema>

/** What going from what runs to another version means, before any option is chosen. */
export const jumpSchema = z.object({
  kind: z.enum(['same', 'patch', 'minor', 'several-minors', 'major', 'downgrade', 'unknown']),
  prerelease: z.boolean(),
  /** False: no option makes it safe. The failed reasons say what to do instead. */
  allowed: z.boolean(),
  /** What makes it safe: the release notes read, a backup that is made with it. */
  needs: z.array(z.enum(['acknowledgement', 'backup'])),
  /** Why, as sentences, the distance first. `failed` is what forbids it. */
  reasons: z.array(
    z.object({
      id: z.enum(['distance', 'data', 'forward-only', 'database-major', 'pre-release']),
      verdict: verdictSchema,
      sentence: z.string(),
    }),
  ),
})
export type Jump = z.infer<typeof jumpSchema>

/**
 * What the registry and the host know of one version of a stack: found out one by one, for the versions that are shown.
 * `version` is a list where the services go to different ones.
 */
export const versionFactsSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('known'),
    version: z.string(),
    /** When the newest of its images was built, ISO 8601; null where none of them says so. */
    builtAt: z.string().nullable(),
    /** The image of each service for the host's architecture. */
    images: z.array(z.object({ service: z.string(), reference: z.string(), digest: z.string() })),
    /** Compressed bytes of the layers that the host lacks, each counted once. */
    downloadBytes: z.number(),
    jump: jumpSchema,
  }),
  z.object({ kind: z.literal('unknown'), version: z.string(), error: errorShapeSchema }),
])
export type VersionFacts = z.infer<typeof versionFactsSchema>
