import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { homeDirectory } from '../engine/installation.ts';
import { Bench } from './bench.ts';
import type { CommonOptions } from './options.ts';
import type { Terminal } from './terminal.ts';

/** Where evaluations of files work that belong to no workspace: a folder each, by the files, so that the same command finds what a killed one had finished. */
const placesFolder = () => path.join(homeDirectory(), 'evaluations');
const DAYS_KEPT = 30;

/** The folders that are there. */
export async function evaluationPlaces(): Promise<string[]> {
  const folder = placesFolder();
  return existsSync(folder) ? (await readdir(folder)).map((name) => path.join(folder, name)) : [];
}

/**
 * Works in the folder that belongs to these files. It is gone afterwards, unless an evaluation was broken off that can go on.
 * Where another process works in it, this one works in a folder of its own.
 */
export async function withEvaluationPlace<T>(files: readonly string[], options: CommonOptions, terminal: Terminal, work: (bench: Bench) => Promise<T>): Promise<T> {
  await removeOld();
  const name = createHash('sha256').update(JSON.stringify(files.map((file) => path.resolve(file)))).digest('hex').slice(0, 16);
  let folder = path.join(placesFolder(), name);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  let bench = await Bench.open({ ...options, workspace: folder }, terminal, 'is made');
  if (bench.inUse) {
    await bench.close();
    folder = await mkdtemp(path.join(tmpdir(), 'reelbench-evaluate-'));
    bench = await Bench.open({ ...options, workspace: folder }, terminal, 'is made');
  }
  let left = 0;
  try {
    return await work(bench);
  } finally {
    left = (await bench.call('evaluation.unfinished', {})).length;
    await bench.close();
    if (left === 0) await rm(folder, { recursive: true, force: true });
  }
}

/** Removes what nobody went on with for thirty days. */
async function removeOld(): Promise<void> {
  for (const folder of await evaluationPlaces()) {
    const { mtimeMs } = await stat(path.join(folder, 'evaluations')).catch(() => stat(folder));
    if (Date.now() - mtimeMs > DAYS_KEPT * 86_400_000) await rm(folder, { recursive: true, force: true });
  }
}
