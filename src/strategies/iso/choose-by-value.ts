import type { Micros } from '../../core/money.ts'
import { permutation, type Rng } from '../../core/rng.ts'
import { euclideanDistances } from '../../tensor/distances.ts'
import { gatherRows, matrix, row, type Matrix } from '../../tensor/matrix.ts'
import { nearestCentres } from '../../tensor/nearest-centre.ts'
import { unitRows } from '../../tensor/unit-rows.ts'

/** One kind of label that may be bought. */
export interface LabelKind {
  /** What each item's label is worth per money, from 0, shape `[n]`. */
  readonly value: Float64Array
  /** 1 where it may be bought, shape `[n]`. */
  readonly available: Uint8Array
  readonly price: Micros
}

/** Weak labels leave an item open for a full one; full ones settle it. */
export interface LabelKinds {
  readonly weak: LabelKind
  readonly full: LabelKind
}

/** Which label of which item to buy. */
export interface LabelChoice {
  readonly item: number
  readonly kind: keyof LabelKinds
}

/** Two vectors each; more would take minutes and gigabytes. Of larger pools, a random sample is seen. */
const mostItems = 100_000
/** After so many choices at most, all distances are brought up to date. */
const mostPending = 64

/**
 * Instance-wise choice of items and of the kind of label: D² sampling among `2 n` vectors, each item's unit feature vector once as long as
 * its weak label is worth per money, once as its full label. So what is chosen is worth its price, and points in different directions.
 *
 * The first choice is the longest vector; each further one is drawn with probability in proportion to the squared distance to the nearest
 * one chosen. Who is chosen full is chosen weak as well, at no price; who is chosen weak may still be chosen full, at the full price.
 * Vectors of length 0 are drawn only, uniformly, when no other is left that is apart from those chosen.
 *
 * Drawn exactly, by rejection: see `d2Sample`, which knows neither prices nor twins.
 *
 * @param features - Shape `[n, d]`.
 * @param money - Never exceeded. Where it no longer pays for a full label, weak ones are drawn on.
 * @see Matsuo et al., Instance-wise supervision-level optimization in active learning (ISO), CVPR 2025, arXiv:2503.06517.
 */
export async function chooseByValue(
  features: Matrix,
  kinds: LabelKinds,
  money: Micros,
  rng: Rng,
): Promise<LabelChoice[]> {
  const items = candidatesOf(kinds, rng)
  const { points, lengths, isOpen } = scaledTwins(features, kinds, items)
  const nearest = await nearestCentres(euclideanDistances(points), new Int32Array(0))
  const chosen: LabelChoice[] = []
  let left = money
  let pending = 0

  const choose = (point: number): void => {
    const isFull = point >= items.length
    const kind = isFull ? 'full' : 'weak'
    chosen.push({ item: items[point % items.length]!, kind })
    left -= kinds[kind].price
    for (const taken of isFull ? [point, point - items.length] : [point]) {
      isOpen[taken] = 0
      nearest.add(taken)
    }
  }
  const drawFar = (): number => {
    for (;;) {
      const proposed = draw(
        isOpen.length,
        (point) => (isOpen[point] && lengths[point] ? nearest.bounds[point]! : 0),
        rng,
      )
      if (proposed < 0) return -1
      const bound = nearest.bounds[proposed]!
      if (rng.uniform() * bound < nearest.settle(proposed)) return proposed
    }
  }
  const closeWhatIsTooDear = (): void => {
    if (kinds.weak.price > left) isOpen.fill(0, 0, items.length)
    if (kinds.full.price > left) isOpen.fill(0, items.length)
  }

  for (;;) {
    closeWhatIsTooDear()
    let point = chosen.length === 0 ? longest(lengths, isOpen) : drawFar()
    if (point < 0) point = draw(isOpen.length, (any) => isOpen[any]!, rng)
    if (point < 0) return chosen
    choose(point)
    // The fewer centres there are, the more a new one changes.
    if (++pending < Math.min(mostPending, nearest.centres.length / 4)) continue
    await nearest.refresh()
    pending = 0
  }
}

/** The items of which a label may be bought, ascending. */
function candidatesOf({ weak, full }: LabelKinds, rng: Rng): Int32Array {
  const items = Int32Array.from(full.available.keys()).filter((i) => weak.available[i] || full.available[i])
  if (items.length <= mostItems) return items
  return permutation(items.length, rng)
    .subarray(0, mostItems)
    .map((place) => items[place]!)
    .sort()
}

/** The weak vectors of all items, then their full ones. */
function scaledTwins(features: Matrix, { weak, full }: LabelKinds, items: Int32Array) {
  const unit = unitRows(gatherRows(features, items))
  const points = matrix(2 * unit.rows, unit.cols)
  const [lengths, isOpen] = [new Float64Array(points.rows), new Uint8Array(points.rows)]
  ;[weak, full].forEach(({ value, available }, side) =>
    items.forEach((item, at) => {
      lengths[side * items.length + at] = value[item]!
      isOpen[side * items.length + at] = available[item]!
    }),
  )
  // D² sampling does not ask how large everything is, 32-bit squares do.
  const most = lengths.reduce((max, length) => Math.max(max, length), 0)
  for (let point = 0; point < points.rows; point++) {
    if (lengths[point] === 0) continue
    const [vector, direction] = [row(points, point), row(unit, point % unit.rows)]
    for (let f = 0; f < vector.length; f++) vector[f] = (lengths[point]! / most) * direction[f]!
  }
  return { points, lengths, isOpen }
}

/** The longest open vector, the first of equals; -1 where all have length 0. */
function longest(lengths: Float64Array, isOpen: Uint8Array): number {
  let best = -1
  for (let point = 0; point < lengths.length; point++) {
    if (isOpen[point] && lengths[point]! > (lengths[best] ?? 0)) best = point
  }
  return best
}

/** A number below `count`, drawn in proportion to its weight; -1 where all weights are 0. */
function draw(count: number, weightOf: (place: number) => number, rng: Rng): number {
  let total = 0
  for (let place = 0; place < count; place++) total += weightOf(place)
  let left = rng.uniform() * total
  let last = -1
  for (let place = 0; place < count; place++) {
    const weight = weightOf(place)
    if (weight === 0) continue
    last = place
    left -= weight
    if (left < 0) return place
  }
  return last
}
