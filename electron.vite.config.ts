import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

const out = join(import.meta.dirname, 'out')

/** The page, the same for both runtimes. */
export const renderer = {
  root: join(import.meta.dirname, 'renderer'),
  plugins: [react()],
  build: {
    outDir: join(out, 'renderer'),
    emptyOutDir: true,
    // Inlined fonts would be data: addresses, which the policy does not allow.
    assetsInlineLimit: 0,
    rollupOptions: { input: join(import.meta.dirname, 'renderer', 'index.html') },
  },
}

/** Main and preload are for Electron; the browser entry runs `electron/server.ts` from source. */
export default defineConfig({
  main: {
    build: {
      outDir: join(out, 'main'),
      rollupOptions: {
        // The thread that holds logs is started from a file beside the main one.
        input: { main: 'electron/main.ts', 'log-worker': 'electron/logs/worker.ts' },
        output: { format: 'es', entryFileNames: '[name].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: join(out, 'preload'),
      // A sandboxed preload has no module loader: one CommonJS file with everything in it.
      externalizeDeps: false,
      rollupOptions: {
        input: { preload: 'electron/preload.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer,
})
