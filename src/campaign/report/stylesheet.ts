import { chartRules, lightColours } from './chart-style.ts'

/** The look of the report: light, dark, narrow and on paper. Colours are named once, by what they mean. */
export const stylesheet: string = `
:root {
  color-scheme: light dark;
${lightColours}
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #14171c; --card: #1b1f26; --ink: #e9e7e1; --soft: #c4c5c6; --muted: #989da6; --line: #2f353f; --ground: #20252d;
    --ours: #6ea8e6; --people: #e8955f; --truth: #6cc08d; --money: #d9b24a; --reference: #8d929c; --wrong: #f0834c; --silent: #a3a9b4;
    --good: #7fd0a0; --good-wash: #1b2b23; --bad: #f0a27c; --bad-wash: #30221c;
    --s0: #e8955f; --s1: #6ea8e6; --s2: #6cc08d; --s3: #b98bd0; --s4: #d9b24a; --s5: #62b9c6; --s6: #dd7fa3; --s7: #8d929c;
    --s8: #b98f69; --s9: #b3cc58; --s10: #9b9bf2; --s11: #f1efe9;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif;
  font-variant-numeric: tabular-nums;
}
main { max-width: 1060px; margin: 0 auto; padding: 56px 24px 72px; }
header { margin-bottom: 40px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 28px 32px 30px; margin: 24px 0; }
h1, h2, h3, h4, p, figure, ul, ol, dl, dd, blockquote { margin: 0; padding: 0; }
ul, ol { list-style: none; }
h1 { font-size: 17px; font-weight: 600; color: var(--soft); overflow-wrap: anywhere; }
h2 { font-size: 21px; line-height: 1.3; font-weight: 650; letter-spacing: -0.01em; margin-bottom: 6px; }
h3 { font-size: 17px; font-weight: 650; margin-bottom: 12px; overflow-wrap: anywhere; }
h3 small { font-size: 14px; font-weight: 400; color: var(--muted); margin-left: 6px; }
h4 { font-size: 14px; font-weight: 600; color: var(--soft); margin: 18px 0 6px; }
b { font-weight: 600; }
a { color: var(--ours); }
code { font: 13px/1.5 ui-monospace, 'SF Mono', Menlo, Consolas, 'Liberation Mono', monospace; overflow-wrap: anywhere; }
.eyebrow { font-size: 12.5px; letter-spacing: 0.09em; text-transform: uppercase; color: var(--muted); margin-bottom: 6px; }
.headline { font-size: clamp(25px, 4.3vw, 40px); line-height: 1.2; font-weight: 660; letter-spacing: -0.02em; margin: 12px 0 32px; text-wrap: balance; }
.lead, figcaption, .facts { color: var(--soft); font-size: 15px; }
.lead, figcaption { max-width: 78ch; }
.note, .left-out { color: var(--muted); font-size: 14px; }
.left-out { margin-top: 14px; }
.name, .id, td, .answers, blockquote { unicode-bidi: isolate; overflow-wrap: anywhere; }

.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(210px, 1fr)); gap: 16px; }
.figure { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 18px 22px 20px; }
.figure h2 { font-size: 14px; font-weight: 500; letter-spacing: 0; color: var(--muted); margin: 0; }
.value { font-size: 34px; line-height: 1.25; font-weight: 640; letter-spacing: -0.02em; }
.value small { font-size: 17px; font-weight: 450; letter-spacing: 0; color: var(--soft); margin-left: -3px; }
.meter { height: 8px; border-radius: 4px; background: var(--line); overflow: hidden; margin: 8px 0 10px; }
.meter i { display: block; height: 100%; border-radius: 4px; }
.ours > i, i.ours { background: var(--ours); }
.people > i, i.people { background: var(--people); }
.money > i { background: var(--money); }
.facts { margin-top: 20px; }

.certificate { border-left-width: 5px; }
.certificate.met { border-color: var(--good); background: var(--good-wash); }
.certificate.missed, .certificate.none { border-color: var(--bad); background: var(--bad-wash); }
.certificate.none p { max-width: 78ch; color: var(--soft); }
.badge { display: inline-block; vertical-align: 2px; margin-left: 8px; padding: 2px 11px; border-radius: 99px; font-size: 13px; font-weight: 600; letter-spacing: 0; color: var(--card); background: var(--good); }
.missed .badge { background: var(--bad); }
.statement { font-size: 19px; line-height: 1.4; margin-bottom: 18px; overflow-wrap: anywhere; }
.interval { position: relative; height: 14px; margin: 6px 0 34px; border-radius: 7px; background: color-mix(in oklab, var(--ink) 11%, transparent); }
.interval i { position: absolute; }
.possible { right: 0; top: 0; bottom: 0; border-radius: 7px; background: color-mix(in oklab, var(--good) 55%, transparent); }
.missed .possible { background: color-mix(in oklab, var(--bad) 55%, transparent); }
.plain .possible { background: color-mix(in oklab, var(--ours) 55%, transparent); }
.seen { top: 1px; width: 12px; height: 12px; margin-left: -6px; border-radius: 50%; background: var(--card); border: 3px solid var(--ink); }
.target { top: -6px; height: 26px; border-left: 2px dashed var(--ink); }
.interval span { position: absolute; top: 18px; font-size: 13px; color: var(--muted); }
.interval .to { right: 0; }

${chartRules}.narrow { display: none; }
.sentence { display: block; margin-top: 3px; }

.payees { display: grid; gap: 14px; margin: 16px 0 20px; }
.payees li { display: grid; grid-template-columns: minmax(110px, 190px) 1fr minmax(150px, auto); gap: 0 18px; align-items: center; }
.payees .note { grid-column: 2 / -1; }
.payees .name { font-weight: 600; }
.below-cell { display: block; font-size: 12.5px; font-weight: 400; color: var(--muted); }
.paid { text-align: right; font-weight: 600; } .paid small { font-size: 14px; font-weight: 400; color: var(--muted); margin-left: 6px; }
.bar { display: flex; height: 12px; border-radius: 3px; background: var(--ground); overflow: hidden; }
.bar i { display: block; height: 100%; }
.swatch { display: inline-block; width: 11px; height: 11px; border-radius: 3px; margin-right: 8px; }
.key-line { display: inline-block; width: 28px; height: 8px; margin-right: 8px; vertical-align: 2px; }
.key-line .line { stroke-width: 3; }

.legend { display: flex; flex-wrap: wrap; gap: 4px 20px; font-size: 14px; color: var(--soft); margin-top: 10px; }
.key { white-space: nowrap; }
.ramp { display: inline-flex; vertical-align: -1px; margin-right: 5px; border-radius: 3px; overflow: hidden; } .ramp i { width: 12px; height: 12px; }
.channel { border-top: 1px solid var(--line); margin-top: 24px; padding-top: 22px; }
.beside { display: flex; flex-wrap: wrap; gap: 24px 40px; align-items: flex-start; }
.beside figure { flex: none; width: min-content; max-width: 100%; }
.words { flex: 1 1 260px; max-width: 440px; font-size: 15px; color: var(--soft); } .words b { color: var(--ink); }
.heat-map { display: block; }
svg .label { font-size: 11px; }
.ground { fill: var(--ground); }
.cell-grid { stroke: var(--card); stroke-width: 1.5; fill: none; }
svg .cell-number { font-size: 11.5px; fill: var(--ink); } svg .t5, svg .t6 { fill: var(--card); }
.hits rect { fill: transparent; } .hits rect:hover { fill: color-mix(in oklab, var(--ink) 25%, transparent); }
${['right ours', 'wrong wrong', 'silent silent'].map(ramp).join('\n')}
.confusions { display: grid; gap: 3px; } .confusions li { display: flex; justify-content: space-between; gap: 16px; border-bottom: 1px solid var(--line); padding: 3px 0; overflow-wrap: anywhere; }
.confusions b { white-space: nowrap; }

.sheet { display: grid; grid-template-columns: repeat(auto-fill, minmax(172px, 1fr)); gap: 16px; margin-top: 18px; }
.sheet.texts { grid-template-columns: repeat(auto-fill, minmax(250px, 1fr)); }
.card { border: 1px solid var(--line); border-radius: 10px; overflow: hidden; background: var(--paper); display: flex; flex-direction: column; }
.card img { display: block; width: 100%; aspect-ratio: 1; object-fit: contain; background: var(--ground); }
.card blockquote { padding: 14px 14px 4px; font-size: 14px; line-height: 1.45; }
.below { padding: 10px 13px 13px; }
.id { font-size: 12px; color: var(--muted); margin-bottom: 6px; }
.guesses { display: grid; gap: 5px; font-size: 13px; } .guesses li { display: grid; grid-template-columns: 1fr auto; gap: 1px 8px; line-height: 1.35; }
.guesses .bar { grid-column: 1 / -1; height: 5px; background: var(--line); } .guesses .bar i { background: var(--reference); } .guesses li:first-child i { background: var(--ours); }
.guesses li:first-child .name { font-weight: 600; }
.answers { margin-top: 10px; font-size: 12px; line-height: 1.4; color: var(--muted); } .answers span { display: block; } .answers b { font-weight: 500; color: var(--soft); }

.classes { columns: 2; column-gap: 44px; margin-top: 12px; font-size: 14px; }
.classes li { display: grid; grid-template-columns: minmax(90px, 38%) 1fr 48px; gap: 12px; align-items: center; padding: 3px 0; break-inside: avoid; line-height: 1.35; }
.classes .number { text-align: right; } .classes li.between { display: block; color: var(--muted); padding: 8px 0; }

details { margin-top: 14px; font-size: 14px; }
summary { cursor: pointer; color: var(--ours); width: fit-content; }
summary:focus-visible, .scroll:focus-visible, a:focus-visible { outline: 2px solid var(--ours); outline-offset: 2px; border-radius: 3px; }
.scroll { overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; margin-top: 10px; font-size: 14px; min-width: 50%; }
th, td { text-align: left; padding: 5px 22px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; color: var(--soft); } th.number, td.number { text-align: right; white-space: nowrap; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(280px, 1fr)); gap: 18px 40px; margin-top: 12px; font-size: 14.5px; }
dt { font-weight: 600; } dd { color: var(--soft); }

@media (max-width: 640px) {
  main { padding: 28px 14px 48px; }
  section { padding: 22px 18px 24px; }
  .wide { display: none; } .narrow { display: block; }
  .payees li { grid-template-columns: 1fr auto; } .payees .bar { grid-column: 1 / -1; grid-row: 2; } .payees .note { grid-column: 1 / -1; }
  .classes { columns: 1; }
  .sheet.pictures { grid-template-columns: repeat(auto-fill, minmax(140px, 1fr)); gap: 12px; }
}
@media print {
  :root { --paper: #fff; --card: #fff; }
  body { font-size: 11pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  section { border-width: 0 0 1px; border-radius: 0; padding: 14px 0 18px; margin: 0; }
  .certificate { padding: 14px 16px 18px; border-width: 0 0 0 5px; }
  figure, .card, .figure, .payees li, tr, dl div { break-inside: avoid; } h2, h3 { break-after: avoid; }
  .beside { display: block; } .beside figure { width: auto; margin-bottom: 14px; }
  .heat-map { max-width: 100%; height: auto; } .scroll { overflow: visible; }
}
`

/** Six shades from the empty cell's colour to the full one, even steps to the eye (oklab). */
function ramp(names: string): string {
  const [name, colour] = names.split(' ')
  const strengths = [20, 36, 52, 68, 84, 100]
  return strengths
    .map((strength, i) => {
      const mixed = `color-mix(in oklab, var(--${colour}) ${strength}%, var(--ground))`
      return `.${name}.h${i + 1} { fill: ${mixed}; background: ${mixed}; }`
    })
    .join('\n')
}
