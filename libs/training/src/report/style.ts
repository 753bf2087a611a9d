import { Markup } from './drawing/markup.js';

/** Light or dark as the reader's system has it; light on paper, with the numbers of every figure. */
export const STYLE = new Markup(`
:root {
  color-scheme: light dark;
  --paper: #ffffff; --card: #f6f8fa; --ink: #1d2530; --soft: #566272; --grid: #dfe4ea;
  --main: #2b6198; --review: #b26a00; --block: #b3362c; --best: #227247; --amber: #fff4dd; --amber-ink: #6b4300;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12161c; --card: #1a2028; --ink: #e3e8ee; --soft: #9aa6b5; --grid: #2d3641;
    --main: #7db1ea; --review: #e2a740; --block: #f0847a; --best: #66c48a; --amber: #33270f; --amber-ink: #f2d08c;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 2rem 1rem 4rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; overflow-wrap: break-word; }
h1, p, dd { overflow-wrap: anywhere; }
h1 { margin: 0 0 .5rem; font-size: 1.9rem; line-height: 1.2; font-weight: 650; }
h1 span { color: var(--soft); font-weight: 400; }
h2 { margin: 3rem 0 .75rem; padding-top: 1.25rem; border-top: 1px solid var(--grid); font-size: 1.25rem; font-weight: 650; }
h3 { margin: 0 0 .5rem; font-size: 1rem; font-weight: 600; }
p { margin: 0 0 1rem; max-width: 44rem; }
.badge { display: inline-block; padding: .15rem .65rem; border: 1px solid; border-radius: 1rem; font-size: .85rem; }
.badge.champion { color: var(--best); }
.badge.other { color: var(--soft); }
.warning { padding: .6rem .9rem; border-radius: .4rem; background: var(--amber); color: var(--amber-ink); }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); gap: .9rem 2rem; margin: 1.5rem 0 0; }
dt { color: var(--soft); font-size: .8rem; }
dd { margin: 0; font-size: .95rem; }
.none { color: var(--soft); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 12rem), 1fr)); gap: .75rem; margin: 1rem 0 1.5rem; }
.tile { padding: .9rem 1rem; border-radius: .5rem; background: var(--card); }
.tile span, .tile small { display: block; color: var(--soft); font-size: .85rem; }
.tile strong { font-size: 1.7rem; line-height: 1.3; font-weight: 600; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--grid); text-align: left; vertical-align: top; }
thead th { color: var(--soft); font-weight: 500; font-size: .8rem; }
tbody th { font-weight: 500; }
tbody small { display: block; color: var(--soft); font-size: .8rem; font-weight: 400; }
.figures td { white-space: nowrap; }
.figures .bar { width: 9rem; padding-right: 0; }
.figures-row { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); gap: 2.5rem 3rem; align-items: start; }
figure { margin: 0 0 1rem; max-width: 34rem; }
figcaption { margin-top: .5rem; color: var(--soft); font-size: .87rem; }
figcaption p { margin: 0; }
figcaption b { color: var(--ink); font-weight: 600; }
details { margin-top: .5rem; font-size: .87rem; }
summary { color: var(--main); cursor: pointer; }
.key { display: inline-block; width: .65em; height: .65em; margin-right: .35em; border-radius: 50%; background: var(--main); }
.key.review { background: var(--review); }
.key.block { background: var(--block); }
.key.best { background: var(--best); }
.passed { color: var(--best); }
.failed { color: var(--block); }
.passed, .failed { white-space: nowrap; }
svg { display: block; width: 100%; height: auto; }
svg.spark { width: 130px; }
text { fill: var(--soft); font-size: 12px; font-variant-numeric: tabular-nums; }
text.axis { font-size: 12.5px; }
text.note { fill: var(--ink); paint-order: stroke; stroke: var(--paper); stroke-width: 3px; stroke-linejoin: round; }
path { fill: none; }
.grid { stroke: var(--grid); }
.diagonal, .level, .zero { stroke: var(--soft); stroke-dasharray: 4 4; }
.zero { stroke-dasharray: none; }
.line { stroke: var(--main); stroke-width: 2; stroke-linejoin: round; }
.line.best { stroke-width: 1.5; }
.whisker { stroke: var(--main); stroke-width: 1.5; opacity: .45; }
.range { stroke: var(--main); stroke-width: 7; stroke-linecap: round; opacity: .35; }
.cut { stroke: var(--soft); stroke-width: 1.5; }
.line.review, .cut.review { stroke: var(--review); }
.line.block, .cut.block { stroke: var(--block); }
.line.best { stroke: var(--best); }
.asked { stroke-dasharray: 3 3; }
.dot { fill: var(--main); }
.dot.hollow { fill: var(--paper); stroke: var(--main); stroke-width: 1.5; }
.dot.review { fill: var(--review); stroke: var(--paper); stroke-width: 1.5; }
.dot.block { fill: var(--block); stroke: var(--paper); stroke-width: 1.5; }
.dot.trial { opacity: .5; }
.dot.best { fill: var(--best); }
rect.bar, rect.share { fill: var(--main); opacity: .75; }
footer { margin-top: 3rem; color: var(--soft); font-size: .85rem; }
@media (min-width: 52rem) {
  section > figure { display: grid; grid-template-columns: minmax(0, 34rem) minmax(0, 1fr); gap: 0 2.5rem; max-width: none; }
  section > figure > h3 { grid-column: 1 / -1; }
}
@media (max-width: 34rem) {
  body { padding-top: 1.25rem; }
  .figures .bar { display: none; }
}
@media print {
  :root { color-scheme: light; --paper: #fff; --card: #f4f4f4; --ink: #000; --soft: #444; --grid: #ccc;
    --main: #1f5287; --review: #955700; --block: #a02a20; --best: #1a5c38; --amber: #fff4dd; --amber-ink: #5a3800; }
  body { max-width: none; padding: 0; font-size: 11pt; }
  h2 { margin-top: 1.5rem; break-after: avoid; }
  figure, tr, .tile, .warning { break-inside: avoid; }
  summary { display: none; }
  details::details-content { content-visibility: visible; }
}
`);
