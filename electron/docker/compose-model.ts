import { z } from 'zod'
import type { ComposeModel, ComposeService } from './compose.ts'

/** Compose writes numbers as numbers or text, depending on version and field. */
const numeric = z.union([z.number(), z.string()]).transform(Number)
const text = z.union([z.string(), z.number(), z.boolean()]).transform(String)

const serviceSchema = z.object({
  image: z.string().nullish(),
  build: z.unknown().optional(),
  environment: z.record(z.string(), text.nullable()).nullish(),
  depends_on: z
    .record(
      z.string(),
      z.object({ condition: z.string().default('service_started'), required: z.boolean().default(true) }),
    )
    .nullish(),
  ports: z
    .array(
      z.object({
        target: numeric,
        published: text.nullish(),
        host_ip: z.string().nullish(),
        protocol: z.string().default('tcp'),
      }),
    )
    .nullish(),
  volumes: z
    .array(
      z.object({
        type: z.string(),
        source: z.string().nullish(),
        target: z.string(),
        read_only: z.boolean().default(false),
      }),
    )
    .nullish(),
  healthcheck: z.object({ disable: z.boolean().default(false), test: z.unknown().optional() }).nullish(),
  restart: z.string().nullish(),
  mem_limit: numeric.nullish(),
  scale: numeric.nullish(),
  deploy: z
    .object({
      replicas: numeric.nullish(),
      resources: z.object({ limits: z.object({ memory: numeric.nullish() }).nullish() }).nullish(),
    })
    .nullish(),
  profiles: z.array(z.string()).nullish(),
})

const namedSchema = z.record(z.string(), z.object({ name: z.string().optional() }).nullable()).nullish()
const modelSchema = z.object({
  name: z.string(),
  services: z.record(z.string(), serviceSchema).nullish(),
  volumes: namedSchema,
  networks: namedSchema,
})

/** The answer of `docker compose config --format json`. Throws where it is not that; the text itself may hold secrets. */
export function parseComposeModel(json: string, stderr: string): ComposeModel {
  const model = modelSchema.parse(JSON.parse(json))
  return {
    name: model.name,
    services: mapValues(model.services ?? {}, (service, name) => toService(name, service)),
    volumes: mapValues(model.volumes ?? {}, (volume, key) => volume?.name ?? `${model.name}_${key}`),
    networks: mapValues(model.networks ?? {}, (network, key) => network?.name ?? `${model.name}_${key}`),
    warnings: parseWarnings(stderr),
  }
}

function toService(name: string, service: z.infer<typeof serviceSchema>): ComposeService {
  return {
    name,
    image: service.image ?? null,
    build: service.build !== undefined && service.build !== null,
    environment: service.environment ?? {},
    dependsOn: service.depends_on ?? {},
    ports: (service.ports ?? []).map((port) => ({
      target: port.target,
      published: port.published ?? null,
      hostIp: port.host_ip ?? null,
      protocol: port.protocol,
    })),
    volumes: (service.volumes ?? []).map((volume) => ({
      type: volume.type,
      source: volume.source ?? null,
      target: volume.target,
      readOnly: volume.read_only,
    })),
    hasHealthcheck: hasHealthcheck(service),
    restart: service.restart ?? null,
    memoryLimitBytes: service.mem_limit ?? service.deploy?.resources?.limits?.memory ?? null,
    profiles: service.profiles ?? [],
    scale: service.scale ?? service.deploy?.replicas ?? 1,
  }
}

/** A check written in the file; one of the image shows on the container only. */
function hasHealthcheck({ healthcheck }: z.infer<typeof serviceSchema>): boolean {
  if (healthcheck === null || healthcheck === undefined || healthcheck.disable) return false
  return !(Array.isArray(healthcheck.test) && healthcheck.test[0] === 'NONE')
}

function mapValues<In, Out>(record: Readonly<Record<string, In>>, map: (value: In, key: string) => Out) {
  return Object.fromEntries(Object.entries(record).map(([key, value]): [string, Out] => [key, map(value, key)]))
}

/** Warnings as Compose logs them (`time="…" level=warning msg="…"`), or as plain lines. Each once. */
export function parseWarnings(stderr: string): string[] {
  const lines = stderr.split('\n').map((line) => {
    const logged = /level=(\w+) msg=("(?:[^"\\]|\\.)*"|\S+)/.exec(line)
    if (logged === null) return /^warn/i.test(line.trim()) ? line.trim() : ''
    return logged[1] === 'warning' ? unquote(logged[2] ?? '') : ''
  })
  return [...new Set(lines.filter((line) => line !== ''))]
}

/** Go quotes as JSON does, but for some escapes; then the text is taken as it is. */
function unquote(quoted: string): string {
  try {
    return quoted.startsWith('"') ? String(JSON.parse(quoted)) : quoted
  } catch {
    return quoted.slice(1, -1)
  }
}

/** Lines of `docker compose config --hash '*'`: service, space, hash. */
export function parseConfigHashes(output: string): Record<string, string> {
  const rows = output.split('\n').map((line) => line.trim().split(/\s+/))
  return Object.fromEntries(rows.flatMap(([service, hash]) => (service && hash ? [[service, hash] as const] : [])))
}
