import { z } from 'zod'
import { httpRequestSchema } from './request-schema.ts'

/** How the product numbers its releases and where a stack says which one it runs. */
export const versionPolicySchema = z.strictObject({
  /** Put before the version in a tag: `v` for `v1.4.2`. */
  tagPrefix: z.string().default(''),
  /** Whether pre-releases are offered without asking. */
  prereleases: z.boolean().default(false),
  /** The pre-release label that is followed: `beta` offers 1.0.0-beta.41, and no 1.0.0-rc.1. Releases are always offered. */
  channel: z
    .string()
    .regex(/^[A-Za-z0-9-]+$/, 'a pre-release label such as beta')
    .optional(),
  /** Registry to ask for tags, where it is not the one in the image's name: `registry.example.com:5000`. */
  registry: z.string().optional(),
  /** `{version}` and `{service}` are replaced. */
  releaseNotes: z.string().optional(),
  /** The `.env` variable that holds the version of several images. Absent: each service's own image tag. */
  variable: z.string().optional(),
  /** The service whose version is called the stack's. Absent: the newest of the services that upgrades change. */
  service: z.string().optional(),
  /** Where the product itself says which version it runs. An upgrade is not believed while it says another. */
  reported: z
    .strictObject({
      http: httpRequestSchema,
      /** Path to the version in the JSON body: `version.app`. A leading `v` does not count. */
      json: z.string(),
      /** Semver range of versions that report; others are not asked. */
      versions: z.string().optional(),
    })
    .optional(),
  /**
   * How far apart two versions may be for the older to run on the newer one's data. Beyond it a rollback
   * restores the backup.
   */
  dataCompatible: z.enum(['never', 'within-patch', 'within-minor', 'within-major', 'always']).default('never'),
  /** Versions whose migration cannot be undone but by restoring the backup, whatever `dataCompatible` says. */
  forwardOnly: z.array(z.strictObject({ version: z.string(), reason: z.string() })).default([]),
})
