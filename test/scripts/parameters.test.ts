import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { reference } from '../../scripts/parameters.ts';
import { unsavedParameters } from '../../electron/engine/workspace/parameters.ts';

test('docs/parameters.md is what the schema says: otherwise run npm run parameters', () => {
  const written = readFileSync(path.resolve(import.meta.dirname, '../../docs/parameters.md'), 'utf8');
  expect(written).toBe(reference());
  for (const { path: name } of unsavedParameters().list()) expect(written).toContain(`| \`${name}\` |`);
});

test('no explanation breaks the table', () => {
  for (const { help, title, allowed } of unsavedParameters().list()) expect(`${help}${title}${allowed}`).not.toMatch(/[|\n]/);
});
