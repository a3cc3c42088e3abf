/**
 * `npm run kernels`: compiles electron/engine/kernels/assembly to resources/kernels/{simd,relaxed-simd}.wasm with the
 * AssemblyScript compiler. Does nothing when neither the sources, the compiler nor its options have changed.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const assembly = join(root, 'electron/engine/kernels/assembly');
const output = join(root, 'resources/kernels');

const options =
  '-O3 --converge --noAssert --uncheckedBehavior always --runtime stub --importMemory --initialMemory 1 --maximumMemory 65536 --sharedMemory --enable threads --enable simd'.split(' ');
const variants = { simd: [], 'relaxed-simd': ['--enable', 'relaxed-simd'] };

/** Makes the two modules up to date; answers whether it had to compile. */
export async function buildKernels(): Promise<boolean> {
  const stampFile = join(output, 'stamp');
  const stamp = await contentStamp();
  if ((await readFile(stampFile, 'utf8').catch(() => '')) === stamp) return false;
  const { default: asc } = await import('assemblyscript/asc');
  await mkdir(output, { recursive: true });
  for (const [variant, extra] of Object.entries(variants)) {
    const stderr = asc.createMemoryStream();
    const { error } = await asc.main(['index.ts', '--baseDir', assembly, '--outFile', join(output, `${variant}.wasm`), ...options, ...extra], { stderr });
    if (error) throw new Error(`The kernels do not compile (${variant}):\n${stderr.toString()}`, { cause: error });
  }
  await writeFile(stampFile, stamp);
  return true;
}

async function contentStamp(): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify({ options, variants }));
  const sources = (await readdir(assembly)).filter((name) => name.endsWith('.ts')).sort();
  for (const file of [...sources.map((name) => join(assembly, name)), join(root, 'node_modules/assemblyscript/package.json')]) hash.update(file.slice(root.length)).update(await readFile(file));
  return hash.digest('hex');
}

if (import.meta.main) console.log((await buildKernels()) ? 'Kernels compiled.' : 'Kernels are up to date.');
