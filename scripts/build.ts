/** `npm run build`: the page, the programs and the preload bridge: everything in dist/. */
import { build, ensureKernels } from './building.ts';

ensureKernels();
await build(['client', 'main', 'preload'], { force: true });
