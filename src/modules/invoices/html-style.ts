/** Of the page of a document. In one piece, because the policy that is sent with the page names its digest. */
export const htmlStyle = `
:root { color-scheme: light; --ink: #1c1f23; --quiet: #5c636b; --line: #d9dde2; --soft: #f4f6f8; --accent: #0c7a3d; }
* { box-sizing: border-box; margin: 0; }
body { background: #e9ecef; color: var(--ink); font: 14px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans Devanagari", sans-serif; font-variant-numeric: tabular-nums; }
main { background: #fff; margin: 24px auto; max-width: 210mm; padding: 14mm; border-top: 5px solid var(--accent); box-shadow: 0 1px 6px rgb(0 0 0 / .14); }
header { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 4px 24px; }
h1 { font-size: 22px; font-weight: 650; letter-spacing: -.01em; }
h2 { color: var(--quiet); font-size: 11px; font-weight: 600; letter-spacing: .07em; text-transform: uppercase; margin-bottom: 4px; }
.seller { color: var(--accent); font-size: 18px; font-weight: 700; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(118px, auto)); gap: 10px 20px; margin: 14px 0 18px; padding: 10px 14px; background: var(--soft); border-radius: 6px; }
.facts dt { color: var(--quiet); font-size: 11px; }
.facts dd { font-size: 13px; font-weight: 600; overflow-wrap: anywhere; }
.parties { display: grid; grid-template-columns: repeat(auto-fit, minmax(170px, 1fr)); gap: 16px 24px; margin-bottom: 20px; }
.parties p { overflow-wrap: anywhere; }
.parties h2 + p { font-weight: 600; }
.table { margin-bottom: 20px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 12.5px; }
thead th { border-bottom: 1.5px solid var(--ink); color: var(--quiet); font-size: 11px; font-weight: 600; white-space: nowrap; }
th, td { padding: 6px 8px; text-align: left; vertical-align: top; }
th:first-child, td:first-child { padding-left: 0; }
th:last-child, td:last-child { padding-right: 0; }
.right { text-align: right; white-space: nowrap; }
tbody td { border-bottom: 1px solid var(--line); }
td small { color: var(--quiet); display: block; font-size: 11px; }
.table.first td:last-child { font-weight: 600; }
.table.first td:nth-child(2) { min-width: 150px; }
.sum { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 12px 32px; break-inside: avoid; }
.words { flex: 1 1 240px; font-weight: 600; max-width: 420px; }
.totals { flex: 0 1 270px; margin-left: auto; width: auto; min-width: 240px; font-size: 13px; }
.totals th { font-weight: 400; padding: 4px 8px 4px 0; }
.totals td { border: 0; padding: 4px 0; text-align: right; white-space: nowrap; }
.totals .total th, .totals .total td { border-top: 1.5px solid var(--ink); font-size: 16px; font-weight: 700; padding-top: 8px; }
footer { border-top: 1px solid var(--line); color: var(--quiet); font-size: 11.5px; margin-top: 22px; padding-top: 10px; }
@media (max-width: 640px) { main { margin: 0; padding: 18px; } }
@page { size: A4; margin: 12mm; }
@media print {
  body { background: #fff; font-size: 11px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { border-top: 0; box-shadow: none; margin: 0; max-width: none; padding: 0; }
  table { font-size: 10px; } thead th, td small, h2, .facts dt, footer { font-size: 9px; }
  th, td { padding-block: 3.5px; } tr { break-inside: avoid; } thead { display: table-header-group; } .scroll { overflow: visible; }
}
`
