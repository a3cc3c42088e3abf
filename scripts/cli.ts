/** `npm run -s cli -- COMMAND`: the command line from its sources; compiles the kernels first when they changed. */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(fileURLToPath(new URL('../.cache/node', import.meta.url)));
const { buildKernels } = await import('./kernels.ts');
await buildKernels();
await import('../electron/cli/index.ts');
