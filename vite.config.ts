import { existsSync } from 'node:fs';
import react from '@vitejs/plugin-react';
import { defineConfig, type EnvironmentOptions } from 'vite';
import { NONCE_PLACEHOLDER } from './shared/contract/bridge.ts';

/** Programs that run in Node: bundled whole, but for Electron's own module and the packages that carry native code. */
function program(input: Record<string, string>, outDir: string, format: 'es' | 'cjs'): EnvironmentOptions {
  const extension = format === 'cjs' ? 'cjs' : 'js';
  return {
    consumer: 'server',
    resolve: { noExternal: true, external: ['electron', '@duckdb/node-api', 'onnxruntime-node'] },
    build: {
      outDir,
      emptyOutDir: true,
      copyPublicDir: false,
      ssr: true,
      minify: false,
      chunkSizeWarningLimit: 2000,
      target: 'node24',
      // Chunks lie flat beside the entries, so that `new URL('./kernel-worker.js', import.meta.url)` and its like hold in each of them.
      rolldownOptions: { input, output: { format, entryFileNames: `[name].${extension}`, chunkFileNames: `[name]-[hash].${extension}` } },
    },
  };
}

const mainEntries = {
  main: 'electron/main/index.ts',
  engine: 'electron/engine/process.ts',
  'kernel-worker': 'electron/engine/kernels/worker.ts',
  'neural-worker': 'electron/engine/neural/worker.ts',
  'sentence-worker': 'electron/engine/neural/sentence-worker.ts',
  serve: 'electron/serve/index.ts',
  cli: 'electron/cli/index.ts',
};

export default defineConfig({
  plugins: [react()],
  builder: {},
  publicDir: 'renderer/public',
  html: { cspNonce: NONCE_PLACEHOLDER },
  // 0: no data: URIs, so that the content security policy stays at 'self'.
  build: { outDir: 'dist/renderer', emptyOutDir: true, target: 'chrome140', assetsInlineLimit: 0, reportCompressedSize: false },
  environments: {
    main: program(Object.fromEntries(Object.entries(mainEntries).filter(([, file]) => existsSync(file))), 'dist/main', 'es'),
    preload: program({ preload: 'electron/preload/index.ts' }, 'dist/preload', 'cjs'),
  },
});
