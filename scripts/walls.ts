/** `node scripts/walls.ts`: fails where a file imports across a wall, with a sentence that says why there is one. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

interface Import {
  readonly line: number;
  /** A path from the repository's root, or a package's name. */
  readonly target: string;
  /** Erased when the program runs. */
  readonly type: boolean;
}

interface Wall {
  /** The files that it stands around. */
  readonly inside: RegExp;
  /** What they may import, besides what lies in `inside`. */
  readonly allowed: RegExp;
  /** What they may import besides, when it is erased before they run. */
  readonly types?: RegExp;
  readonly why: string;
}

const stages = ['sources', 'quality', 'transform', 'features', 'recommenders', 'evaluation', 'publish'];
const packages = '(?!electron(/|$))(node:|@?[a-z][\\w.-]*(/|$)(?!.*\\.ts$))';
const ours = (...places: string[]) => new RegExp(`^(${[...places, packages].join('|')})`);

const walls: readonly Wall[] = [
  { inside: /^shared\//, allowed: /^zod$/, why: 'shared imports nothing but zod, because both the page and Node carry it' },
  { inside: /^renderer\//, allowed: new RegExp(`^(shared/|package\\.json|(?!electron|node:|zod)${packages})`), why: 'the page imports shared only, because it must run on every host' },
  ...stages.map((stage) => ({
    inside: new RegExp(`^electron/engine/${stage}/`),
    allowed: ours('electron/engine/workspace/', 'electron/engine/kernels/', 'electron/engine/neural/', 'shared/'),
    why: `${stage} imports workspace, kernels, neural and shared, never another stage: stages meet in tables`,
  })),
  { inside: /^electron\/engine\/alerts\//, allowed: ours('electron/engine/workspace/', 'shared/'), why: 'alerts hear of runs by their events, and know no stage' },
  { inside: /^electron\/engine\/workspace\//, allowed: ours('electron/engine/kernels/index\\.ts', 'shared/'), why: 'the workspace lies below every stage and knows none' },
  { inside: /^electron\/engine\/neural\//, allowed: ours('electron/engine/workspace/', 'electron/engine/kernels/', 'shared/'), why: 'neural training lies below every stage and knows none' },
  { inside: /^electron\/engine\/kernels\//, allowed: ours('electron/engine/workspace/', 'shared/'), why: 'the kernels lie below every stage and know none' },
  { inside: /^electron\/engine\//, allowed: ours('shared/', 'package\\.json'), why: 'the engine imports shared only: it knows no Electron, no HTTP and no terminal' },
  { inside: /^electron\/main\//, allowed: ours('electron($|/main$)', 'electron/engine/(remote|installation)\\.ts', 'electron/serve/page\\.ts', 'shared/'), why: 'the desktop reaches the engine through engine/remote.ts' },
  { inside: /^electron\/preload\//, allowed: /^electron$/, types: /^shared\//, why: 'the preload imports types only, because it is one small file in the page’s process' },
  { inside: /^electron\/serve\//, allowed: ours('electron/engine/(remote|installation)\\.ts', 'shared/'), why: 'the browser host reaches the engine through engine/remote.ts' },
  { inside: /^electron\/cli\//, allowed: ours('electron/engine/(engine|remote|installation)\\.ts', 'electron/serve/', 'shared/'), why: 'the command line reaches the engine through engine/engine.ts' },
  { inside: /^(scripts|test)\//, allowed: ours('electron/', 'shared/', 'renderer/', 'scripts/', 'test/', 'resources/', 'package\\.json', '[\\w.-]+\\.(ts|json)$'), types: /^electron$/, why: 'only the desktop’s main process and its preload may import electron: elsewhere that starts a download' },
];

/** Every breach of a wall in these files (path from the root → text), each as a sentence. */
export function findBreaches(files: ReadonlyMap<string, string>): string[] {
  const imports = new Map([...files].map(([file, text]) => [file, importsOf(file, text)]));
  return [...imports].flatMap(([file, list]) => [...crossings(file, list), ...reachesZod(file, list, imports), ...opensExternally(file, files.get(file) ?? '')]);
}

function crossings(file: string, imports: readonly Import[]): string[] {
  const wall = walls.find(({ inside }) => inside.test(file));
  if (!wall) return [];
  return imports
    .filter(({ target, type }) => !wall.inside.test(target) && !wall.allowed.test(target) && !(type && wall.types?.test(target)))
    .map(({ line, target }) => `${file}:${line} imports ${target}: ${wall.why}.`);
}

/** The page takes types from the contract, and its constants from files of shared that do without zod. */
function reachesZod(file: string, imports: readonly Import[], all: ReadonlyMap<string, readonly Import[]>): string[] {
  if (!file.startsWith('renderer/')) return [];
  const reaches = (target: string, seen: Set<string>): boolean => {
    if (target === 'zod') return true;
    if (seen.has(target)) return false;
    seen.add(target);
    return (all.get(target) ?? []).some((next) => !next.type && reaches(next.target, seen));
  };
  return imports
    .filter(({ target, type }) => !type && target.startsWith('shared/') && reaches(target, new Set()))
    .map(({ line, target }) => `${file}:${line} imports ${target}, which carries zod into the page: use import type, or a file of shared/domain without zod.`);
}

function opensExternally(file: string, text: string): string[] {
  if (!file.startsWith('electron/') || file === 'electron/main/guards.ts' || !text.includes('openExternal')) return [];
  return [`${file} uses openExternal: addresses leave the app through safeOpenExternal in electron/main/guards.ts, which lets https pass and nothing else.`];
}

const STATEMENT = /^[ \t]*(?:import|export)\b(?:\s+(type)\b)?(?:[^'";]*?\bfrom)?\s*['"]([^'"\n]+)['"]|\bimport\(\s*['"]([^'"\n]+)['"]\s*\)/gm;

function importsOf(file: string, text: string): Import[] {
  return [...text.matchAll(STATEMENT)].map((match) => {
    const [whole, type, statement, dynamic] = match;
    const specifier = statement ?? dynamic ?? '';
    return {
      line: text.slice(0, match.index + whole.search(/\S/)).split('\n').length,
      target: specifier.startsWith('.') ? path.posix.join(path.posix.dirname(file), specifier) : specifier,
      type: type !== undefined,
    };
  });
}

function sources(root: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const folder of ['electron', 'shared', 'renderer', 'scripts', 'test']) {
    for (const entry of readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })) {
      const file = path.posix.join(path.relative(root, entry.parentPath).replaceAll(path.sep, '/'), entry.name);
      if (entry.isFile() && /\.tsx?$/.test(entry.name) && !file.startsWith('electron/engine/kernels/assembly/')) files.set(file, readFileSync(path.join(root, file), 'utf8'));
    }
  }
  return files;
}

if (import.meta.main) {
  const files = sources(fileURLToPath(new URL('..', import.meta.url)));
  const breaches = findBreaches(files);
  for (const breach of breaches) console.error(breach);
  if (breaches.length === 0) console.log(`The walls hold: ${files.size} files.`);
  else process.exitCode = 1;
}
