import { Hono } from 'hono'
import { build } from '../lib/build.js'

/** Public, as the product's: which API this is. */
export const openApi = new Hono().get('/openapi.json', (context) =>
  context.json({ openapi: '3.1.0', info: { title: 'Appstrate API', version: build.version }, paths: {} }),
)
