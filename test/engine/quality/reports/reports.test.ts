import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ExportResult, Input, QualityReport, RuleResult } from '../../../../shared/contract/index.ts';
import { csvReport } from '../../../../electron/engine/quality/reports/csv.ts';
import { QualityDocument } from '../../../../electron/engine/quality/reports/document.ts';
import { HTML_LIMIT, htmlReport } from '../../../../electron/engine/quality/reports/html.ts';
import { cell, cut, escape, html } from '../../../../electron/engine/quality/reports/markup.ts';
import { csv, defectiveSet, movieColumns, ratingColumns } from '../../../support/defects.ts';
import { hostileDocument, hostileTexts } from '../../../support/hostile-report.ts';
import { openTestEngine, type TestEngine } from '../../../support/workspace.ts';

describe('escaping', () => {
  test('markup, quotes and entities are text', () => {
    expect(escape(`<script>alert("1 & '2'")</script>`)).toBe('&lt;script&gt;alert(&quot;1 &amp; &#39;2&#39;&quot;)&lt;/script&gt;');
    expect(html`<p title="${'" onmouseover="x'}">${'<b>'}${html`<i>${'&'}</i>`}${null}${['<', html`<br>`]}</p>`.text).toBe('<p title="&quot; onmouseover=&quot;x">&lt;b&gt;<i>&amp;</i>&lt;<br></p>');
  });

  test('direction marks, controls and what cannot be seen are named', () => {
    expect(escape('abc\u202Etxt.exe\u2066\u200B\u0000\n\uD800')).toBe('abc‹U+202E›txt.exe‹U+2066›‹U+200B›‹U+0000›‹U+000A›‹U+D800›');
    expect(escape('Amélie مرحبا 🎬')).toBe('Amélie مرحبا 🎬');
  });

  test('long cells are cut with their length said, never through a character', () => {
    expect(cut('x'.repeat(300), 10)).toBe(`${'x'.repeat(10)}… (300 characters)`);
    expect(cut(`${'x'.repeat(9)}🎬🎬`, 10)).toBe(`${'x'.repeat(9)}… (13 characters)`);
    expect(cell(null, 10).text).toBe('<span class="none">none</span>');
    expect(cell({ a: '<' }, 20).text).toBe('<bdi>{&quot;a&quot;:&quot;&lt;&quot;}</bdi>');
  });
});

describe('files of a hostile report', () => {
  const document = hostileDocument();

  test('HTML shows every hostile cell as text and has no script, handler, form or address of another place', () => {
    const page = htmlReport(document);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).toContain('=HYPERLINK(&quot;http://evil.example&quot;;&quot;click&quot;)');
    expect(page).toContain('‹U+202E›');
    expect(hostileTexts.filter((text) => /[<\u202E]/.test(text) && page.includes(text))).toEqual([]);
    // Only markup of our own is left, and none of it runs, sends or fetches.
    const tags = new Set([...page.matchAll(/<([a-z][a-z0-9]*)/gi)].map((match) => match[1]));
    expect(tags).toEqual(new Set(['a', 'b', 'bdi', 'body', 'br', 'circle', 'div', 'h1', 'h2', 'h3', 'head', 'header', 'html', 'li', 'line', 'main', 'meta', 'nav', 'p', 'polyline', 'rect', 'section', 'span', 'strong', 'style', 'svg', 'table', 'tbody', 'td', 'text', 'th', 'thead', 'title', 'tr', 'ul']));
    const bare = page.replaceAll(/"[^"]*"/g, '""');
    expect([...bare.matchAll(/<[^>]*\s(?:on\w+|src|style|action|srcset)=[^>]*>/gi)].map(([tag]) => tag)).toEqual([]);
    expect([...page.matchAll(/href="([^"]*)"/g)].every(([, target = '']) => target.startsWith('#'))).toBe(true);
    expect(page).toContain(`default-src 'none'`);
  });

  test('CSV has one row a rule, and no cell that a spreadsheet would run', () => {
    const lines = csvReport(document).split('\r\n');
    expect(lines[0]).toBe('id,table,column,dimension,severity,unit,title,checked,failed,failing_share,threshold,figure,status,fix,fix_enabled,note');
    expect(csvReport(document)).toContain(`"'=HYPERLINK(""http://evil.example"";""click"")"`);
    const starts = lines.flatMap((line) => [...line.matchAll(/(?:^|,)"?([^",])/g)].map((match) => match[1] ?? ''));
    expect(starts.filter((start) => /[=+@\t]/.test(start))).toEqual([]);
  });

  test('JSON is what its schema says', () => {
    expect(QualityDocument.parse(JSON.parse(JSON.stringify(document)))).toEqual(document);
  });

  test('the HTML stays below its limit however much there is, and says what is left out', () => {
    const rule = (i: number): RuleResult => {
      const [first] = document.rules;
      if (first === undefined) throw new Error('The document has no rule.');
      const [row] = first.rows ?? [];
      return { ...first, id: `rule.${i}.${hostileTexts.join('')}`, title: hostileTexts.join(' ').repeat(20), rows: row === undefined ? [] : Array.from({ length: 500 }, () => ({ ...row, value: '\u202E'.repeat(5000) })) };
    };
    const [file] = document.files;
    const [column] = document.columns;
    if (file === undefined || column === undefined) throw new Error('The document is empty.');
    for (const many of [3, 60, 2000]) {
      const page = htmlReport({
        ...document, rules: Array.from({ length: many }, (_, i) => rule(i)),
        files: Array.from({ length: many * 5 }, () => ({ ...file, path: '\u202E'.repeat(4000) })),
        columns: Array.from({ length: many * 5 }, () => ({ ...column, name: '<&>'.repeat(1000), top: [{ value: '\u202E'.repeat(4000), share: 0.5 }] })),
        history: { ...document.history, changes: Array.from({ length: many }, () => '\u202E'.repeat(4000)) },
      });
      expect(Buffer.byteLength(page)).toBeLessThan(HTML_LIMIT);
      expect(page.includes('so that this file stays small')).toBe(true);
      expect(page.endsWith('</body></html>\n')).toBe(true);
    }
  });
});

test('the published JSON Schema is that of the reports', async () => {
  await expect(`${JSON.stringify(z.toJSONSchema(QualityDocument), null, 2)}\n`).toMatchFileSnapshot('../../../../docs/quality-report.schema.json');
});

describe('a workspace', () => {
  let bench: TestEngine;
  beforeAll(async () => {
    bench = await openTestEngine({ clock: () => new Date('2025-01-01T12:00:00Z') });
    const set = defectiveSet({ 'ratings.rating.range': 30, 'ratings.rating.type': 4, 'movies.title.whitespace': 3 }, { seed: 5, importedAt: Date.UTC(2025, 0, 1, 12) / 1000 });
    const hostile = ['<script>alert(1)</script> (1999)', '=HYPERLINK("http://evil.example") (1999)', 'abc\u202Etxt (1999) ', ' <img src=x onerror=alert(1)> (1998)'];
    const movies = [...set.movies, ...hostile.map((title, i) => [String(90_001 + i), title, 'Drama', ...movieColumns.slice(3).map(() => '')])];
    const files = { 'movies.csv': csv(movieColumns, movies), 'ratings.csv': csv(ratingColumns, set.ratings) };
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(bench.folder, name), text);
    await bench.imported(Object.keys(files).map((name) => path.join(bench.folder, name)));
  }, 60_000);
  afterAll(() => bench.close());

  const exported = async (input: Input<'quality.export'>) => {
    const job = await bench.engine.context.jobs.ended((await bench.engine.call('quality.export', input)).jobId);
    if (job.error) throw Object.assign(new Error(job.error.message), job.error);
    const { rows, file } = job.result as ExportResult;
    return { rows, name: file.name, text: await readFile(bench.engine.context.files.path(file), 'utf8') };
  };

  test('is reported in three forms that agree with the report on screen', async () => {
    await expect(exported({ format: 'json' })).rejects.toMatchObject({ code: 'not-ready' });
    const job = await bench.engine.context.jobs.ended((await bench.engine.call('quality.run', {})).jobId);
    const report = job.result as QualityReport;
    const json = await exported({ format: 'json', rows: 5 });
    const document = QualityDocument.parse(JSON.parse(json.text));
    expect(json).toMatchObject({ name: 'quality.json', rows: report.rules.length });
    expect(document.rules.map(({ rows: _rows, ...rule }) => rule)).toEqual(report.rules);
    expect(Object.fromEntries(document.scores.map(({ dimension, score }) => [dimension, score]))).toEqual(report.scores);
    for (const { score, parts } of document.scores) expect(score).toBeCloseTo(parts.reduce((sum, { passed }) => sum + passed, 0) / parts.length, 12);
    const range = document.rules.find(({ id }) => id === 'ratings.rating.range');
    const onScreen = await bench.engine.call('quality.rows', { rule: 'ratings.rating.range', limit: 5 });
    expect(range?.rows).toMatchObject(onScreen.rows.map(({ key, value, reason, file, line }) => ({ key, value, reason, file, line })));
    expect(document.columns.map(({ table, name }) => `${table}.${name}`)).toEqual(expect.arrayContaining(['ratings.rating', 'movies.title']));
    const rating = document.columns.find(({ name }) => name === 'rating');
    expect(rating?.histogram.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
    expect(document.reconciliation).toBeNull();

    const table = await exported({ format: 'csv' });
    expect(table.text.trimEnd().split('\r\n')).toHaveLength(report.rules.length + 1);
    const page = await exported({ format: 'html', rows: 20 });
    expect(Buffer.byteLength(page.text)).toBeLessThan(HTML_LIMIT);
    for (const rule of report.rules) expect(page.text).toContain(rule.id);
    expect(page.text.includes('&lt;img src=x onerror=alert(1)&gt; (1998)')).toBe(true);
    expect(page.text.includes('abc‹U+202E›txt (1999)')).toBe(true);
    expect(page.text.includes('<script>alert')).toBe(false);
    expect(page.text.includes('<img')).toBe(false);
    expect(page.text).toContain('20 of 30 rows.');
  }, 60_000);

  test('rules are chosen by name; one that is not there is refused', async () => {
    const { text } = await exported({ format: 'json', rules: ['ratings.rating.range'] });
    expect(QualityDocument.parse(JSON.parse(text)).rules.map(({ id }) => id)).toEqual(['ratings.rating.range']);
    await expect(exported({ format: 'json', rules: ['no.such'] })).rejects.toMatchObject({ code: 'invalid-arguments' });
  });

  test('after a run, the reconciliation and the history are in it', async () => {
    await bench.engine.context.jobs.ended((await bench.engine.call('pipeline.run', { stages: ['extract', 'validate', 'transform', 'load'] })).jobId);
    const document = QualityDocument.parse(JSON.parse((await exported({ format: 'json' })).text));
    expect(document.reconciliation?.rows.map(({ table, difference }) => [table, difference])).toEqual([['movies', 0], ['ratings', 0]]);
    expect(document.history.checks.map(({ source }) => source)).toEqual(['check', 'run']);
    const { text } = await exported({ format: 'html' });
    expect(text).toContain('Where every row went');
    expect(text).toContain('<polyline');
  }, 60_000);
});
