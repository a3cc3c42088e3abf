/** The look of the HTML report: light and dark by the reader's system, and on paper always light. */
export const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --dim: #57606a; --paper: #ffffff; --soft: #f4f5f7; --line: #d0d5db; --good: #10734f; --warn: #8a5300; --bad: #b3261e; --accent: #0f5fa0; --s1: #0f6cb0; --s2: #a86400; --s3: #00805e; --s4: #c2500f; --s5: #9c5182; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ed; --dim: #a3acb8; --paper: #14171c; --soft: #1d2128; --line: #363d47; --good: #4ecb9b; --warn: #f0b35a; --bad: #ff8a80; --accent: #7db8f0; --s1: #56b0ee; --s2: #f0a93a; --s3: #35c49a; --s4: #f08650; --s5: #d99ac0; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 24px 32px 48px; max-width: 1200px; color: var(--ink); background: var(--paper); font: 14px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; font-variant-numeric: tabular-nums; }
h1 { font-size: 24px; margin: 0; } h2 { font-size: 18px; margin: 36px 0 8px; } h3 { font-size: 14px; margin: 20px 0 4px; }
p { margin: 4px 0 8px; max-width: 80ch; } a { color: var(--accent); }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 12px 0 0; padding: 8px 0; list-style: none; border-block: 1px solid var(--line); }
.dim, .none { color: var(--dim); } .none { font-style: italic; }
.mono { font-family: ui-monospace, Consolas, "DejaVu Sans Mono", monospace; font-size: 12px; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: 4px 0 8px; font-size: 13px; }
caption { text-align: left; color: var(--dim); padding: 2px 0 6px; }
th, td { text-align: left; vertical-align: top; padding: 3px 10px 3px 0; border-bottom: 1px solid var(--line); }
th { color: var(--dim); font-weight: 600; white-space: nowrap; } td { overflow-wrap: anywhere; min-width: 3em; }
td.name { min-width: 23ch; } td.type { min-width: 9ch; }
.words { columns: 2 36ch; column-gap: 32px; padding-left: 16px; color: var(--dim); font-size: 13px; } .words li { break-inside: avoid; margin-bottom: 3px; }
.n { text-align: right; white-space: nowrap; }
tfoot td, tfoot th { font-weight: 600; color: var(--ink); }
.fail { color: var(--bad); font-weight: 600; } .warn { color: var(--warn); font-weight: 600; } .pass { color: var(--good); } .info { color: var(--dim); }
.scores { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 12px; margin: 8px 0; }
.scores > div { border: 1px solid var(--line); border-radius: 6px; padding: 10px 12px; background: var(--soft); }
.scores strong { display: block; font-size: 22px; } .scores ul { margin: 4px 0 0; padding-left: 16px; font-size: 12px; }
.note { border-left: 3px solid var(--line); padding-left: 10px; } .stop { border-color: var(--bad); }
.bar { display: block; width: 100%; height: 5px; margin: 4px 0 6px; } .track { fill: var(--line); } .fill { fill: var(--s1); }
.spark { display: block; } .trend { width: 100%; max-width: 900px; height: auto; }
.grid { stroke: var(--line); } .axis { fill: var(--dim); font-size: 11px; }
polyline { fill: none; stroke-width: 1.8; } polyline.s1 { stroke: var(--s1); } polyline.s2 { stroke: var(--s2); } polyline.s3 { stroke: var(--s3); } polyline.s4 { stroke: var(--s4); } polyline.s5 { stroke: var(--s5); }
circle.s1 { fill: var(--s1); } circle.s2 { fill: var(--s2); } circle.s3 { fill: var(--s3); } circle.s4 { fill: var(--s4); } circle.s5 { fill: var(--s5); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media print {
  :root { color-scheme: light; --ink: #000; --dim: #444; --paper: #fff; --soft: #fff; --line: #bbb; --good: #10734f; --warn: #8a5300; --bad: #b3261e; --accent: #000; --s1: #0f6cb0; --s2: #a86400; --s3: #00805e; --s4: #c2500f; --s5: #9c5182; }
  @page { margin: 14mm; }
  body { padding: 0; max-width: none; font-size: 10px; } table { font-size: 9px; } nav { display: none; } .scroll { overflow: visible; }
  h2, h3, caption { break-after: avoid; } tr, .scores > div, svg { break-inside: avoid; } thead { display: table-header-group; } tfoot { display: table-row-group; }
  .page { break-before: page; }
}
`.trim();
