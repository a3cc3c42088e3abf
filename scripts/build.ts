/** `npm run build`: the page, the desktop's main process and preload, the command line: everything in dist/. */
import { buildAll } from './building.ts';

await buildAll();
