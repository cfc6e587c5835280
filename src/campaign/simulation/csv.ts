import { csvCell } from '../../formats/export.ts'
import type { SimulatedCurve } from './curve.ts'

const measures = [
  'spent',
  'poolAccuracy',
  'balancedPoolAccuracy',
  'testAccuracy',
  'balancedAccuracy',
  'macroF1',
] as const

/**
 * Writes curves as CSV (RFC 4180, `\n` line ends), one row per point: `strategy,seed,spent`, the metrics, and `answers_<annotator>` for everybody
 * who answered in any of them. What was not measured is empty; numbers are written in full.
 */
export function curvesToCsv(curves: readonly SimulatedCurve[]): string {
  const annotators = [...new Set(curves.flatMap(({ points }) => points.flatMap(({ answers }) => Object.keys(answers))))]
  const header = ['strategy', 'seed', ...measures, ...annotators.map((name) => `answers_${name}`)]
  const rows = curves.flatMap(({ strategy, seed, points }) =>
    points.map((point) => [
      strategy,
      seed,
      ...measures.map((name) => point[name] ?? ''),
      ...annotators.map((name) => (Object.hasOwn(point.answers, name) ? point.answers[name]! : 0)),
    ]),
  )
  return [header, ...rows].map((cells) => `${cells.map((cell) => csvCell(String(cell))).join(',')}\n`).join('')
}
