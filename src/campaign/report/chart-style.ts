/** How many colours of equal rank are told apart. */
export const seriesColours = 12

/** The colours by day, as custom properties. */
export const lightColours: string = `
  --paper: #f7f5f0; --card: #fffefb; --ink: #1c2430; --soft: #454e5c; --muted: #636a76; --line: #e3dfd6; --ground: #f5f2eb;
  --ours: #235f9e; --people: #bd5519; --truth: #2b7a4b; --money: #8f6a0e; --reference: #767b84; --wrong: #cf4a12; --silent: #5f6672;
  --good: #1e6b41; --good-wash: #e8f3ec; --bad: #9a3412; --bad-wash: #fbeee6;
  --s0: #bd5519; --s1: #235f9e; --s2: #2b7a4b; --s3: #7f4b96; --s4: #a87f14; --s5: #2f8491; --s6: #a23f66; --s7: #767b84;
  --s8: #6b4423; --s9: #7d9a1c; --s10: #4a47b8; --s11: #20262f;`

/** How charts look, by those colours. */
export const chartRules: string = `
.chart { display: block; width: 100%; height: auto; margin: 14px 0 4px; overflow: visible; }
svg text { font-size: 13px; fill: var(--soft); unicode-bidi: isolate; }
.tick, svg .axis-title { fill: var(--muted); font-size: 12.5px; }
.grid { stroke: var(--line); stroke-width: 1; fill: none; }
.line { fill: none; stroke-width: 2.5; stroke-linejoin: round; stroke-linecap: round; }
.line.ours { stroke: var(--ours); } .line.truth { stroke: var(--truth); }
.line.reference { stroke: var(--reference); stroke-width: 2; stroke-dasharray: 7 6; } .line.other { stroke-dasharray: 1.5 5; }
.dot { stroke: var(--card); stroke-width: 1.5; } .dot.ours { fill: var(--ours); } .dot.truth { fill: var(--truth); }
svg .line-label { font-size: 13.5px; font-weight: 600; paint-order: stroke; stroke: var(--card); stroke-width: 5px; stroke-linejoin: round; }
svg .line-label.ours { fill: var(--ours); } svg .line-label.truth { fill: var(--truth); } svg .line-label.reference { fill: var(--muted); }
.mark { stroke: var(--ink); stroke-width: 1; stroke-dasharray: 2 3; opacity: 0.6; }
svg .mark-label { font-size: 12.5px; paint-order: stroke; stroke: var(--card); stroke-width: 4px; }
${Array.from({ length: seriesColours }, (_, i) => series(i)).join('\n')}
.dashed { stroke-dasharray: 9 6; } .dotted { stroke-dasharray: 1.5 5; }
.band { opacity: 0.14; }
`

/** A colour of its own, as area, bar, line and word. */
function series(i: number): string {
  const of = `var(--s${i})`
  return `i.s${i} { background: ${of}; } rect.s${i}, .band.s${i}, svg .line-label.s${i} { fill: ${of}; } .line.s${i} { stroke: ${of}; }`
}
