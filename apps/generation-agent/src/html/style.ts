/** The look of a page: light and dark by the reader's choice, quiet on paper. No script, nothing from outside. */
export const pageStyle = `
:root { color-scheme: light dark; --paper: #ffffff; --side: #f5f6f8; --ink: #1c2330; --soft: #5b6577; --rule: #dde1e8;
  --accent: #2456c6; --mark: #c8371d; --c0: #3b6fd4; --c1: #d9822b; --c2: #2f9e6e; --c3: #a04ec1; --c4: #c9446a; --c5: #4a8fa3; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #14181f; --side: #1b2029; --ink: #e6e9ef; --soft: #9aa4b5; --rule: #2d3440; --accent: #8ab0ff;
    --mark: #ff8465; --c0: #7ba4f5; --c1: #eaa55c; --c2: #5cc598; --c3: #c78ae2; --c4: #ea7f9f; --c5: #7cbccf; } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1rem; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.6 system-ui, -apple-system, "Segoe UI", sans-serif;
  display: grid; grid-template-columns: 16rem minmax(0, 1fr); overflow-wrap: anywhere; }
body.single { display: block; }
nav { background: var(--side); border-right: 1px solid var(--rule); padding: 2rem 1.25rem; font-size: .9rem; }
nav > div { position: sticky; top: 2rem; max-height: calc(100vh - 4rem); overflow-y: auto; }
nav h2 { margin: 0 0 .75rem; font-size: .75rem; letter-spacing: .08em; text-transform: uppercase; color: var(--soft); }
nav ol { list-style: none; margin: 0; padding: 0; } nav ol ol { padding-left: .9rem; font-size: .95em; }
nav a { display: block; padding: .2rem 0; color: var(--ink); text-decoration: none; } nav a:hover { color: var(--accent); }
main { padding: 2.5rem clamp(1rem, 4vw, 4rem) 4rem; max-width: 64rem; }
header { border-bottom: 2px solid var(--accent); margin-bottom: 2rem; padding-bottom: 1rem; }
h1 { font-size: clamp(1.7rem, 4vw, 2.4rem); line-height: 1.2; margin: 0 0 .4rem; letter-spacing: -.01em; }
header p { margin: 0; color: var(--soft); }
section > h2 { font-size: 1.4rem; margin: 2.6rem 0 .8rem; padding-top: .6rem; border-top: 1px solid var(--rule); }
section > h3 { font-size: 1.12rem; margin: 1.8rem 0 .6rem; } section > h4, section > h5, section > h6 { margin: 1.3rem 0 .4rem; }
header + section > h2 { border-top: 0; margin-top: 0; }
a { color: var(--accent); } a:focus-visible, .scroll:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(10rem, 1fr)); gap: .75rem; margin: 1rem 0; padding: 0; }
.figures div { background: var(--side); border: 1px solid var(--rule); border-radius: .5rem; padding: .8rem 1rem; }
.figures dt { font-size: .8rem; color: var(--soft); } .figures dd { margin: 0; font-size: 1.5rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.figures dd.note { font-size: .8rem; font-weight: 400; color: var(--soft); }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
th, td { padding: .4rem .7rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--rule); }
td { overflow-wrap: anywhere; min-width: 4.5rem; } thead th { color: var(--soft); font-weight: 600; border-bottom-width: 2px; white-space: nowrap; }
.right { text-align: right; } tbody tr:nth-child(even) { background: var(--side); }
figure { margin: 1.2rem 0; } figcaption { font-weight: 600; margin-bottom: .4rem; }
.chart { width: 100%; height: auto; display: block; font: 12px system-ui, sans-serif; }
.chart text { fill: var(--ink); } .chart .tick, .chart .value { fill: var(--soft); } .chart .grid { stroke: var(--rule); }
.s0 { fill: var(--c0); } .s1 { fill: var(--c1); } .s2 { fill: var(--c2); } .s3 { fill: var(--c3); } .s4 { fill: var(--c4); } .s5 { fill: var(--c5); }
.stroke { fill: none; stroke-width: 2; stroke-linejoin: round; } .s0.stroke { stroke: var(--c0); } .s1.stroke { stroke: var(--c1); }
.s2.stroke { stroke: var(--c2); } .s3.stroke { stroke: var(--c3); } .s4.stroke { stroke: var(--c4); } .s5.stroke { stroke: var(--c5); }
.chart rect.marked { fill: var(--mark); } .chart circle.marked { fill: none; stroke: var(--mark); stroke-width: 2.5; }
summary { cursor: pointer; color: var(--soft); font-size: .85rem; } .sources { padding-left: 1.4rem; } .sources small { color: var(--soft); display: block; }
.left-out { color: var(--soft); font-size: .85rem; }
@media (max-width: 56rem) { body { display: block; } nav { border-right: 0; border-bottom: 1px solid var(--rule); padding: 1rem; } nav > div { position: static; max-height: none; } }
@media print { :root { color-scheme: light; --paper: #fff; --side: #fff; --ink: #000; --soft: #444; --rule: #bbb; --accent: #000; --mark: #c8371d; }
  body { display: block; font-size: 10.5pt; } nav, details { display: none; } main { max-width: none; padding: 0; } .scroll { overflow: visible; }
  h2, h3, h4 { break-after: avoid; } figure, tr, .figures div { break-inside: avoid; } .sources a::after { content: " (" attr(href) ")"; } }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
`;
