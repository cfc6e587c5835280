import { LabelwrightError } from '../core/error.ts'

/**
 * What several annotators said about the same items: parallel arrays with one entry per vote, sorted by item, then by annotator.
 *
 * Made by {@link makeVotes} or {@link votesFromColumns}, so that everything which reads votes may trust order and ranges.
 */
export interface Votes {
  readonly items: number
  readonly annotators: number
  readonly classes: number
  /** Item of each vote, shape `[v]`, ascending. */
  readonly item: Int32Array
  /** Annotator of each vote, shape `[v]`. */
  readonly annotator: Int32Array
  /** Class that each vote names, shape `[v]`. */
  readonly label: Int32Array
  /** The votes on item `i` are the entries `offsets[i]..offsets[i + 1] - 1`, shape `[items + 1]`. */
  readonly offsets: Int32Array
}

/**
 * Sorts and checks votes. An item may have no vote; an annotator may have one vote per item: the models read votes as independent, and a
 * vote given twice is not.
 *
 * @param given - One entry per vote in any order: `item` in `0..items-1`, `annotator` in `0..annotators-1`, `label` in `0..classes-1`.
 * @returns A sorted copy; equal votes in another order give equal results.
 * @throws {@link LabelwrightError} `length-mismatch` when the arrays differ in length, `bad-votes` when a vote is out of range or an
 * annotator votes twice on an item.
 */
export function makeVotes(given: Omit<Votes, 'offsets'>): Votes {
  const { items, annotators, classes } = given
  const count = given.item.length
  if (given.annotator.length !== count || given.label.length !== count) {
    throw new LabelwrightError(
      'length-mismatch',
      `Got ${count} items, ${given.annotator.length} annotators and ${given.label.length} labels.`,
      'Pass one item, one annotator and one label per vote.',
    )
  }
  for (const [field, bound] of [
    ['item', items],
    ['annotator', annotators],
    ['label', classes],
  ] as const) {
    const at = given[field].findIndex((value) => value < 0 || value >= bound)
    if (at >= 0) throw outOfRange(`Vote ${at} has ${field} ${given[field][at]}`, bound)
  }
  const byAnnotator = orderBy(given.annotator, annotators).order
  const { order, offsets } = orderBy(gather(given.item, byAnnotator), items)
  const sorted = gather(byAnnotator, order)
  const votes = {
    items,
    annotators,
    classes,
    item: gather(given.item, sorted),
    annotator: gather(given.annotator, sorted),
    label: gather(given.label, sorted),
    offsets,
  }
  for (let v = 1; v < count; v++) {
    if (votes.item[v] === votes.item[v - 1] && votes.annotator[v] === votes.annotator[v - 1]) {
      throw new LabelwrightError(
        'bad-votes',
        `Annotator ${votes.annotator[v]} votes more than once on item ${votes.item[v]}.`,
        'Keep one vote per annotator and item, for instance the last.',
      )
    }
  }
  return votes
}

/**
 * Votes from one column of answers per annotator.
 *
 * @param columns - The class each annotator gives each item, shape `[n]` each, -1 where there is no answer.
 * @throws {@link LabelwrightError} `length-mismatch` when the columns are over different items, `bad-votes` when a class is out of range.
 */
export function votesFromColumns(columns: readonly Int32Array[], classes: number): Votes {
  const items = columns[0]?.length ?? 0
  let cast = 0
  columns.forEach((said, a) => {
    if (said.length !== items) {
      throw new LabelwrightError(
        'length-mismatch',
        `Annotator 0 has answers on ${items} items, annotator ${a} on ${said.length}.`,
        'Pass columns over the same items, in the same order, with -1 where there is no answer.',
      )
    }
    for (let i = 0; i < items; i++) if (said[i] !== -1) cast++
  })
  const [item, annotator, label] = [new Int32Array(cast), new Int32Array(cast), new Int32Array(cast)]
  let v = 0
  columns.forEach((said, a) => {
    for (let i = 0; i < items; i++) {
      if (said[i] === -1) continue
      item[v] = i
      annotator[v] = a
      label[v++] = said[i]!
    }
  })
  return makeVotes({ items, annotators: columns.length, classes, item, annotator, label })
}

/** A stable counting sort: positions in ascending order of their value, and where each value's run begins. */
function orderBy(values: Int32Array, bound: number): { readonly order: Int32Array; readonly offsets: Int32Array } {
  const offsets = new Int32Array(bound + 1)
  for (let at = 0; at < values.length; at++) offsets[values[at]! + 1]!++
  for (let value = 0; value < bound; value++) offsets[value + 1]! += offsets[value]!
  const next = offsets.slice()
  const order = new Int32Array(values.length)
  for (let at = 0; at < values.length; at++) order[next[values[at]!]!++] = at
  return { order, offsets }
}

function gather(values: Int32Array, order: Int32Array): Int32Array {
  return order.map((at) => values[at]!)
}

function outOfRange(subject: string, bound: number): LabelwrightError {
  return new LabelwrightError(
    'bad-votes',
    `${subject}, which is not in 0..${bound - 1}.`,
    'Leave the vote out, or correct it.',
  )
}
