import { expect, test } from 'vitest'
import { postgresMajor } from './postgres-major.ts'

test.each([
  ['localhost:5000/acme/database:1.4.0', ['PATH=/bin', 'PG_MAJOR=17'], 17],
  ['postgres:15.4-alpine', [], 15],
  ['registry.example.com/team/postgresql:v16.1.0', [], 16],
  ['timescale/timescaledb:2.17.2-pg16', [], 16],
  ['postgres:latest', [], null],
  ['postgres', [], null],
  ['acme/api:17.0.0', [], null],
] as const)('%s with %j has PostgreSQL %s', (reference, environment, major) => {
  expect(postgresMajor(reference, environment)).toBe(major)
})
