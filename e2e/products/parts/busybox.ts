import { join } from 'node:path'
import type { ProductTools } from '../../host/products.ts'

/** A shell and the usual small tools in two megabytes, for one-shot services that use Alpine; returns the image's name. */
export async function busyboxImage(tools: ProductTools): Promise<string> {
  const root = await tools.importRoot({ name: 'busybox-root', packages: ['busybox-static'] })
  return await tools.buildImage({ name: 'busybox', contextDir: join(import.meta.dirname, 'busybox'), from: root })
}
