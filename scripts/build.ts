/** `npm run build`: the page, the programs and the preload bridge: everything in dist/. */
import { build } from './building.ts';
import { buildKernels } from './kernels.ts';

await buildKernels();
await build(['client', 'main', 'preload'], { force: true });
