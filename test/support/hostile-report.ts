import type { QualityDocument } from '../../electron/engine/quality/reports/document.ts';

/** Texts that do harm where they are not treated as text. */
export const hostileTexts = ['<script>alert(1)</script>', '=HYPERLINK("http://evil.example";"click")', 'photo\u202Egpj.exe', '"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)", '</title></style><svg onload=alert(1)>', '&lt;b&gt;', '\u0000\u0007\u001B[31m', '\u2066\u200F\u061C\u200B', '@SUM(1+1)|cmd', '+1', '-1+2', '\tx'] as const;

/** A report in which every text that can come out of the data or from a person is hostile. */
export function hostileDocument(): QualityDocument {
  const zero = { completeness: 0.98, accuracy: 0.9991, consistency: 1, timeliness: null, uniqueness: 0.75 };
  return {
    format: 'reelbench-quality-report', version: 1, program: '0.0.0', writtenAt: '2025-01-01T12:00:00Z', workspace: hostileTexts[0] + hostileTexts[5],
    checkedAt: '2025-01-01T11:59:00Z', seconds: 1.5, blocked: true,
    files: hostileTexts.map((path, i) => ({ path: `${path}.csv`, table: i % 2 === 0 ? 'ratings' : path, rows: 100, unreadable: 1, rejected: 2, bytes: 1234, importedAt: '2025-01-01T11:00:00Z' })),
    tables: [{ name: 'ratings', rows: 100, rejected: 2, unreadable: 1 }],
    scores: (['completeness', 'accuracy', 'consistency', 'timeliness', 'uniqueness'] as const).map((dimension) => ({
      dimension, score: zero[dimension], parts: zero[dimension] === null ? [] : [{ rule: hostileTexts[3], checked: 100, failed: 12, passed: 0.88 }, { rule: 'ratings.volume', checked: 1, failed: 0, passed: 1 }],
    })),
    rules: hostileTexts.map((text, i) => ({
      id: text, table: 'ratings', column: text, dimension: 'accuracy', severity: 'error', unit: i === 3 ? 'group' : 'row', title: text, checked: 100, failed: 12, threshold: 0, figure: null,
      status: (['fail', 'warn', 'info', 'pass'] as const)[i % 4] ?? 'fail', fix: text, fixEnabled: i % 2 === 0, note: text,
      rows: hostileTexts.map((value) => ({ table: 'ratings', key: { [text]: value, user_id: 7 }, column: text, value: i === 0 ? { [value]: [value] } : value, reason: `${value} is not on the scale`, file: `${value}.csv`, line: 12 })),
    })),
    columns: hostileTexts.map((text, i) => ({
      table: text, name: text, type: i % 2 === 0 ? 'VARCHAR' : text, kind: 'texts', rows: 100, sampled: 100, missing: 0.1, distinct: 13, low: text, high: text,
      top: [{ value: text, share: 0.5 }], histogram: [{ low: 0, high: 5, share: 0.25 }, { low: 5, high: 10, share: 0.75 }],
    })),
    reconciliation: { runId: hostileTexts[0], builtAt: null, outcomes: ['loaded', 'rejected', hostileTexts[0]], rows: [{ table: hostileTexts[0], imported: 102, counts: { loaded: 99, rejected: 2, [hostileTexts[0]]: 1 }, fixed: 1, difference: 0 }] },
    history: {
      checks: [1, 2, 3].map((day) => ({ id: `check ${day}`, at: `2025-01-0${day}T00:00:00Z`, source: 'check', blocked: day === 3, failing: day, scores: { ...zero, accuracy: 1 - day / 100 } })),
      changes: [...hostileTexts],
    },
  };
}
