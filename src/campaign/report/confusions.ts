import type { ReportChannel } from './report-data.ts'

/** What a column of a channel means: an answer inside the classes, or no usable answer. */
type ColumnKind = 'class' | 'outside' | 'abstained'

/** A channel as it is drawn. `own[i]` is the column that is right for row `i`. */
export interface ChannelView {
  readonly truth: readonly string[]
  readonly said: readonly string[]
  readonly kinds: readonly ColumnKind[]
  readonly own: readonly number[]
  readonly probabilities: readonly (readonly number[])[]
}

/** A way in which an annotator often goes wrong. */
export interface Confusion {
  readonly truth: string
  readonly said: string
  readonly kind: ColumnKind
  readonly probability: number
}

/**
 * Reads a channel: which columns are no usable answer, and which column is right for each row. Where a row's class is none of the
 * answers (fine classes, coarse answers) its most frequent answer counts as right.
 */
export function viewChannel({ truth, said, probabilities }: ReportChannel): ChannelView {
  const classes = new Set(truth)
  const kinds = said.map((name, j): ColumnKind =>
    j >= said.length - 2 && !classes.has(name) && (name === 'outside' || name === 'abstained') ? name : 'class',
  )
  const own = truth.map((name, i) => {
    const column = said.indexOf(name)
    return column >= 0 ? column : mostFrequent(probabilities[i] ?? [], kinds)
  })
  return { truth, said, kinds, own, probabilities }
}

function mostFrequent(row: readonly number[], kinds: readonly ColumnKind[]): number {
  let best = 0
  kinds.forEach((kind, j) => {
    if (kind === 'class' && (row[j] ?? 0) > (row[best] ?? 0)) best = j
  })
  return best
}

/** The probability of a right answer on a row. */
export function rightShare({ probabilities, own }: ChannelView, row: number): number {
  return probabilities[row]?.[own[row] ?? 0] ?? 0
}

/**
 * Cuts a channel down to the classes most often mistaken, in their given order; answers that name another class are summed in a column
 * of their own. A channel of at most `limit` classes stays as it is.
 */
export function focusChannel(view: ChannelView, limit: number): ChannelView {
  const { truth, said, kinds, own, probabilities } = view
  if (Math.max(truth.length, said.length - 2) <= limit) return view
  const rows = truth
    .map((_, i) => i)
    .sort((a, b) => rightShare(view, a) - rightShare(view, b))
    .slice(0, limit)
    .sort((a, b) => a - b)
  const kept = [...new Set(rows.map((i) => own[i]!))].sort((a, b) => a - b)
  const keeps = new Set(kept)
  const special = kinds.flatMap((kind, j) => (kind === 'class' ? [] : [j]))
  return {
    truth: rows.map((i) => truth[i]!),
    said: [...kept.map((j) => said[j]!), 'other classes', ...special.map((j) => said[j]!)],
    kinds: [...kept.map(() => 'class' as const), 'class', ...special.map((j) => kinds[j]!)],
    own: rows.map((i) => kept.indexOf(own[i]!)),
    probabilities: rows.map((i) => {
      const row = probabilities[i] ?? []
      const others = row.reduce((sum, p, j) => (kinds[j] === 'class' && !keeps.has(j) ? sum + p : sum), 0)
      return [...kept.map((j) => row[j] ?? 0), others, ...special.map((j) => row[j] ?? 0)]
    }),
  }
}

/** The most probable wrong answers, likeliest first; ties in reading order. */
export function topConfusions(
  view: ChannelView,
  { limit, atLeast }: { readonly limit: number; readonly atLeast: number },
): Confusion[] {
  return view.truth
    .flatMap((truth, i) =>
      view.kinds.flatMap((kind, j) => {
        const probability = view.probabilities[i]?.[j] ?? 0
        return j !== view.own[i] && probability >= atLeast ? [{ truth, said: view.said[j]!, kind, probability }] : []
      }),
    )
    .sort((a, b) => b.probability - a.probability)
    .slice(0, limit)
}
