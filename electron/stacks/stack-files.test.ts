// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Compose files refer to variables
import { expect, test } from 'vitest'
import { projectName } from './stack-files.ts'

test.each([
  ['', '', '/srv/My App.v2', 'myappv2'],
  ['', '', '/srv/_acme', 'acme'],
  ['name: shop\nservices: {}\n', '', '/srv/acme', 'shop'],
  ['name: ${X}\n', '', '/srv/acme', 'acme'],
  ['name: shop\n', 'COMPOSE_PROJECT_NAME=till\n', '/srv/acme', 'till'],
  ['name: [broken\n', '', '/srv/acme', 'acme'],
])('%j with %j in %s is called %s', (compose, env, directory, expected) => {
  expect(projectName(compose, env, directory)).toBe(expected)
})
