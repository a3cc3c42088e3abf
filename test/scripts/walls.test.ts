import { expect, test } from 'vitest';
import { findBreaches } from '../../scripts/walls.ts';

const breaches = (files: Record<string, string>) => findBreaches(new Map(Object.entries(files)));

test.each([
  ['shared/domain/x.ts', "import { readFile } from 'node:fs';", /shared imports nothing but zod/],
  ['shared/domain/x.ts', "import { serve } from '../../electron/serve/index.ts';", /shared imports nothing but zod/],
  ['renderer/pages/Home.tsx', "import { createEngine } from '../../electron/engine/engine.ts';", /the page imports shared only/],
  ['renderer/pages/Home.tsx', "import fs from 'node:fs';", /the page imports shared only/],
  ['renderer/pages/Home.tsx', "import { z } from 'zod';", /the page imports shared only/],
  ['electron/engine/quality/rules.ts', "import { readCsv } from '../sources/csv.ts';", /stages meet in tables/],
  ['electron/engine/quality/rules.ts', "const x = await import('../sources/csv.ts');", /stages meet in tables/],
  ['electron/engine/workspace/x.ts', "export { y } from '../quality/rules.ts';", /knows none/],
  ['electron/engine/engine.ts', "import { app } from 'electron';", /knows no Electron/],
  ['electron/engine/engine.ts', "import { serve } from '../serve/index.ts';", /knows no Electron/],
  ['electron/main/index.ts', "import { createEngine } from '../engine/engine.ts';", /through engine\/remote\.ts/],
  ['electron/serve/index.ts', "import { Jobs } from '../engine/workspace/jobs.ts';", /through engine\/remote\.ts/],
  ['electron/cli/index.ts', "import { Jobs } from '../engine/workspace/jobs.ts';", /through engine\/engine\.ts/],
  ['electron/preload/index.ts', "import { methods } from '../../shared/contract/index.ts';", /types only/],
  ['scripts/start.ts', "import electron from 'electron';", /starts a download/],
  ['electron/main/menu.ts', 'void shell.openExternal(url);', /safeOpenExternal/],
])('%s may not say: %s', (file, text, sentence) => {
  expect(breaches({ [file]: text })).toEqual([expect.stringMatching(sentence)]);
});

test('a breach names its line', () => {
  expect(breaches({ 'shared/x.ts': "import { z } from 'zod';\n\nimport {\n  a,\n} from 'node:fs';\n" })).toEqual([expect.stringMatching(/^shared\/x\.ts:3 imports node:fs:/)]);
});

test('the page may not reach zod through a file of shared, whatever way', () => {
  const shared = { 'shared/domain/a.ts': "import { b } from './b.ts';", 'shared/domain/b.ts': "import { z } from 'zod';" };
  expect(breaches({ ...shared, 'renderer/x.ts': "import { a } from '../shared/domain/a.ts';" })).toEqual([expect.stringMatching(/carries zod into the page/)]);
  expect(breaches({ ...shared, 'renderer/x.ts': "import type { a } from '../shared/domain/a.ts';" })).toEqual([]);
});

test('what the design allows passes', () => {
  expect(breaches({
    'shared/contract/a.ts': "import { z } from 'zod';\nimport { b } from './b.ts';",
    'renderer/a.tsx': "import { useState } from 'react';\nimport './a.css';\nimport { Table } from '@mantine/core';\nimport type { X } from '../shared/contract/a.ts';",
    'electron/engine/quality/a.ts': "import { Session } from '../workspace/session.ts';\nimport { DuckDBInstance } from '@duckdb/node-api';\nimport path from 'node:path';",
    'electron/engine/pipeline/a.ts': "import { stage } from '../transform/stage.ts';",
    'electron/main/a.ts': "import { app } from 'electron';\nimport { RemoteEngine } from '../engine/remote.ts';",
    'electron/preload/index.ts': "import { contextBridge } from 'electron';\nimport type { PreloadBridge } from '../../shared/contract/index.ts';",
    'electron/cli/a.ts': "import { createEngine } from '../engine/engine.ts';\nimport { Command } from 'commander';",
    'test/a.test.ts': "import { expect } from 'vitest';\nimport { createEngine } from '../electron/engine/engine.ts';",
  })).toEqual([]);
});
