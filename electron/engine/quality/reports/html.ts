import { createHash } from 'node:crypto';
import type { RuleResult } from '../../../../shared/contract/index.ts';
import { differenceWords, fixedWords, importedWords, outcomeWords } from '../../../../shared/domain/outcomes.ts';
import { isoOf, type QualityDocument, type ReportColumn } from './document.ts';
import { cell, cut, html, type Markup } from './markup.ts';
import { bar, sparkline, trend } from './pictures.ts';
import { style } from './style.ts';

/** The report is never larger than this, in bytes. */
export const HTML_LIMIT = 1_900_000;

/** Failing rows of all rules together that are tried first. */
const ROWS = 4000;
const ITEMS = 1000;

/** How much of everything is shown. */
interface Room {
  /** Failing rows of a rule. */
  readonly rows: number;
  /** Rules, files and columns. */
  readonly items: number;
  /** Characters of a text out of the data. */
  readonly text: number;
}

/**
 * The report as one HTML page that needs nothing else: no script, no font, no picture from elsewhere, and a policy that
 * forbids them. Whatever the data, it stays below HTML_LIMIT: rows, then items and long texts are left out until it does, and
 * the page says so.
 */
export function htmlReport(document: QualityDocument): string {
  const found = document.rules.filter(({ rows = [] }) => rows.length > 0);
  const most = Math.max(0, ...found.map(({ rows = [] }) => rows.length));
  const first = Math.min(most, Math.max(1, Math.floor(ROWS / Math.max(1, found.length))));
  const rooms: readonly Room[] = [
    ...[...new Set([first, 25, 10, 3, 0])].filter((rows) => rows <= first).map((rows) => ({ rows, items: ITEMS, text: 200 })),
    { rows: 0, items: 300, text: 60 }, { rows: 0, items: 80, text: 30 }, { rows: 0, items: 20, text: 20 },
  ];
  let page = '';
  for (const room of rooms) {
    page = render(document, room, most);
    if (Buffer.byteLength(page) <= HTML_LIMIT) break;
  }
  return page;
}

function render(document: QualityDocument, room: Room, asked: number): string {
  const hash = createHash('sha256').update(style).digest('base64');
  const title = `Data quality of ${cut(document.workspace, 80)}`;
  const page = html`<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="generator" content="Reelbench ${document.program}"><title>${title}</title>`;
  const body = html`</head><body>
<header><h1>Data quality of <bdi>${cut(document.workspace, 80)}</bdi></h1>
<p class="dim">Rows as imported, before any fix. Checked ${day(document.checkedAt)} in ${document.seconds.toFixed(1)} s; written ${day(document.writtenAt)} by Reelbench ${document.program}.</p>
${verdict(document)}
<nav aria-label="Parts"><ul>${[['scores', 'Scores'], ['rules', 'Rules'], ['rows', 'Failing rows'], ['columns', 'Columns'], ['rows-accounted', 'Reconciliation'], ['history', 'History'], ['files', 'Files']].map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav></header>
<main>${scores(document)}${rules(document, room)}${failing(document, room, asked)}${columns(document, room)}${reconciliation(document, room)}${history(document, room)}${files(document, room)}</main>
</body></html>`;
  // The style stands outside the templates: escaped quotes would change it, and it must match its hash.
  return `<!doctype html>\n${page.text}<style>${style}</style>${body.text}\n`;
}

function verdict({ blocked, rules }: QualityDocument): Markup {
  const count = (status: RuleResult['status']) => rules.filter((rule) => rule.status === status).length;
  return html`<p class="note ${blocked ? 'stop' : ''}">${rules.length} rules: <span class="fail">${count('fail')} fail</span>, <span class="warn">${count('warn')} warn</span>, ${count('info')} inform, <span class="pass">${count('pass')} pass</span>. ${blocked ? 'A run would stop: an error rule is over its threshold and no fix for it is on.' : 'A run would not stop.'}</p>`;
}

function scores({ scores: all }: QualityDocument): Markup {
  return html`<section id="scores" aria-labelledby="h-scores"><h2 id="h-scores">Scores</h2>
<p>A score is the mean, over the rules of its dimension that looked at anything, of the share that passed: 1 − failed ÷ checked. All rules weigh the same.</p>
<div class="scores">${all.map(({ dimension, score, parts }) => {
    const low = parts.filter(({ passed }) => passed < 1);
    return html`<div>${dimension}<strong>${score === null ? 'not rated' : percent(score)}</strong>${bar(score ?? 0)}
<span class="dim">${parts.length === 0 ? 'No rule looked at anything.' : `(${[...low.slice(0, 3).map(({ passed }) => passed.toFixed(4)), ...(low.length > 3 ? [`${low.length - 3} more`] : []), ...(parts.length > low.length ? [`${parts.length - low.length} × 1`] : [])].join(' + ')}) ÷ ${parts.length}`}</span>
${low.length > 0 && html`<ul>${low.slice(0, 5).map(({ rule, failed, checked }) => html`<li><span class="mono">${cut(rule, 60)}</span>: 1 − ${number(failed)} ÷ ${number(checked)}</li>`)}</ul>`}</div>`;
  })}</div></section>`;
}

function rules({ rules: all }: QualityDocument, { items, text }: Room): Markup {
  const rank = { fail: 0, warn: 1, info: 2, pass: 3 };
  const sorted = all.toSorted((a, b) => rank[a.status] - rank[b.status] || b.failed - a.failed);
  return html`<section id="rules" class="page" aria-labelledby="h-rules"><h2 id="h-rules">Rules</h2>
${grid('Rules', ['Status', 'Rule', 'Severity', '>Checked', '>Failed', '>Share', 'Fix'], sorted.slice(0, items).map((r) => html`<tr><td class="${r.status}">${r.status}</td><td>${cut(r.title, text)}<br><span class="mono dim">${cut(r.id, text)}</span>${r.note !== undefined && html`<br><span class="dim">${cut(r.note, text)}</span>`}</td><td>${r.severity}</td><td class="n">${number(r.checked)} ${r.unit === 'group' && 'groups'}</td><td class="n">${number(r.failed)}</td><td class="n">${r.checked === 0 ? '–' : percent(r.failed / r.checked)}</td><td>${r.fix === undefined ? html`<span class="dim">none</span>` : html`${cut(r.fix, text)} <span class="dim">(${r.fixEnabled ? 'on' : 'off'})</span>`}</td></tr>`))}
${left(sorted.length, items, 'rules')}</section>`;
}

function failing({ rules: all }: QualityDocument, { rows: limit, items, text }: Room, asked: number): Markup {
  const found = all.filter(({ failed, unit }) => failed > 0 && unit !== 'table').slice(0, items);
  return html`<section id="rows" class="page" aria-labelledby="h-rows"><h2 id="h-rows">Failing rows</h2>
${limit < asked && html`<p class="note">Only the first ${limit} of each rule, so that this file stays small. All are in the app, and in the report as JSON.</p>`}
${found.length === 0 && html`<p>No row and no group fails a rule.</p>`}
${found.map((rule) => {
    const shown = (rule.rows ?? []).slice(0, limit);
    const keys = [...new Set(shown.flatMap(({ key }) => Object.keys(key)))];
    return html`<h3>${cut(rule.title, text)} <span class="mono dim">${cut(rule.id, text)}</span></h3><p class="dim">${shown.length === 0 ? `${number(rule.failed)} ${rule.unit}s; none shown.` : `${number(shown.length)} of ${number(rule.failed)} ${rule.unit}s.`}</p>
${shown.length > 0 && grid(`Failing ${rule.unit}s of ${cut(rule.id, text)}`, [...keys.map((key) => cut(key, text / 4)), 'Value', 'Reason', 'File', '>Line'], shown.map((row) => html`<tr>${keys.map((key) => html`<td>${cell(row.key[key], text)}</td>`)}<td>${cell(row.value, text)}</td><td>${cell(row.reason, text * 2)}</td><td>${cell(row.file, text)}</td><td class="n">${row.line === null ? '' : number(row.line)}</td></tr>`))}`;
  })}</section>`;
}

function columns({ columns: all }: QualityDocument, { items, text }: Room): Markup {
  const sampled = all.some((column) => column.sampled < column.rows);
  return html`<section id="columns" class="page" aria-labelledby="h-columns"><h2 id="h-columns">Columns</h2>
<p>Rows that could be read, as imported${sampled && '; of tables with more than a million rows, a sample of about half a million'}. The picture shows how values spread from the smallest to the largest; of texts, their length.</p>
${grid('Columns', ['Column', 'Type', '>Missing', '>Distinct', 'Smallest', 'Largest', 'Commonest', 'Spread'], all.slice(0, items).map((column) => html`<tr><td class="mono name">${cut(column.table, text)}.${cut(column.name, text)}</td><td class="type">${cut(column.type, text)}</td><td class="n">${percent(column.missing)}</td><td class="n">${number(column.distinct)}</td><td>${cell(end(column.low), text / 2)}</td><td>${cell(end(column.high), text / 2)}</td><td>${commonest(column, text / 4)}</td><td>${column.histogram.length > 1 && sparkline(column)}</td></tr>`))}
${left(all.length, items, 'columns')}</section>`;
}

const end = (value: ReportColumn['low']) => (typeof value === 'number' ? number(value, 4) : value);

function commonest({ top, distinct }: ReportColumn, text: number): Markup {
  return html`${top.slice(0, 3).map(({ value, share }, i) => html`${i > 0 && '; '}${cell(value, text)} ${percent(share)}`)}${top.length > 0 && distinct > 3 && html` <span class="dim">…</span>`}`;
}

function reconciliation({ reconciliation: made }: QualityDocument, { text }: Room): Markup {
  const title = html`<h2 id="h-accounted">Where every row went</h2>`;
  if (made === null) return html`<section id="rows-accounted" class="page" aria-labelledby="h-accounted">${title}<p>No run of the pipeline has finished yet.</p></section>`;
  const { outcomes, rows, runId } = made;
  const body = rows.map((row) => html`<tr><td>${cut(row.table, text)}</td><td class="n">${number(row.imported)}</td>${outcomes.map((name) => html`<td class="n">${number(row.counts[name] ?? 0)}</td>`)}<td class="n dim">${number(row.fixed)}</td><td class="n ${row.difference === 0 ? 'pass' : 'fail'}">${number(row.difference)}</td></tr>`);
  return html`<section id="rows-accounted" class="page" aria-labelledby="h-accounted">${title}<p>Of the last good run, ${runId}: imported = ${outcomes.map((name) => outcomeWords(name).title.toLowerCase()).join(' + ')}.</p>
${grid('Reconciliation', ['Table', '>Imported', ...outcomes.map((name) => `>${outcomeWords(name).title}`), `>${fixedWords.title}`, '>Difference'], body)}
<ul class="words">${[importedWords, ...outcomes.map(outcomeWords), fixedWords, differenceWords].map((of) => html`<li><b>${of.title}</b>: ${of.words}</li>`)}</ul></section>`;
}

function history({ history: { checks, changes } }: QualityDocument, { text }: Room): Markup {
  const names = ['completeness', 'accuracy', 'consistency', 'timeliness', 'uniqueness'] as const;
  return html`<section id="history" class="page" aria-labelledby="h-history"><h2 id="h-history">History</h2>
${checks.length > 1 ? trend(checks) : html`<p>This is the only check that is kept; a trend needs two.</p>`}
${checks.length > 1 && html`<h3>Since the check before</h3>${changes.length === 0 ? html`<p>No rule found more or less than before.</p>` : html`<ul>${changes.slice(0, 50).map((words) => html`<li>${cut(words, text * 2)}</li>`)}</ul>${left(changes.length, 50, 'changes')}`}`}
${grid('Checks', ['When', 'What', '>Rules that found something', ...names.map((name) => `>${name}`)], checks.toReversed().map((check) => html`<tr><td>${day(check.at)}</td><td>${check.source === 'run' ? 'run' : 'check'}${check.blocked && html` <span class="fail">blocked</span>`}</td><td class="n">${check.failing}</td>${names.map((name) => html`<td class="n">${check.scores[name] === null ? '–' : percent(check.scores[name])}</td>`)}</tr>`))}</section>`;
}

function files({ files: all }: QualityDocument, { items, text }: Room): Markup {
  return html`<section id="files" class="page" aria-labelledby="h-files"><h2 id="h-files">Files</h2>
${grid('Files', ['File', 'Table', '>Rows', '>With an unreadable cell', '>Rejected lines', '>Bytes', 'Imported'], all.slice(0, items).map((file) => html`<tr><td>${cell(file.path, text)}</td><td>${cut(file.table, text)}</td><td class="n">${number(file.rows)}</td><td class="n">${number(file.unreadable)}</td><td class="n">${number(file.rejected)}</td><td class="n">${number(file.bytes)}</td><td>${day(file.importedAt)}</td></tr>`))}
${left(all.length, items, 'files')}</section>`;
}

/** A table; a heading that begins with `>` is one of figures. It scrolls by itself where it is too wide. */
function grid(name: string, headings: readonly string[], rows: readonly Markup[]): Markup {
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${name}"><table><thead><tr>${headings.map((heading) => (heading.startsWith('>') ? html`<th scope="col" class="n">${heading.slice(1)}</th>` : html`<th scope="col">${heading}</th>`))}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

function left(all: number, shown: number, what: string): Markup {
  return html`${all > shown && html`<p class="dim">${number(all - shown)} more ${what} are left out here, so that this file stays small.</p>`}`;
}

const number = (value: number, digits = 0) => value.toLocaleString('en', { maximumFractionDigits: digits });

/** Never a false 0 or 100. */
function percent(share: number): string {
  const value = share * 100;
  if (share > 0 && value < 0.01) return '< 0.01 %';
  if (share < 1 && value > 99.99) return '> 99.99 %';
  return `${value.toFixed(value === 0 || value === 100 ? 0 : 2)} %`;
}

const day = (iso: string) => isoOf(Date.parse(iso)).replace('T', ' ').replace(/(:\d\d)(?:\.\d+)?Z$/, '$1 UTC');
