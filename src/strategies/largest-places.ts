/**
 * The places of the `count` largest values, largest first; ties go to the lowest place. One pass over a heap of `count` entries, whose root
 * is the one to beat: a batch is small beside its pool, and sorting a million values to keep a hundred takes a hundred times as long.
 *
 * @param count - At most the number of values.
 */
export function largestPlaces(values: Float64Array, count: number): Int32Array {
  const heap = new Int32Array(count)
  const isWorse = (a: number, b: number): boolean => values[a]! < values[b]! || (values[a] === values[b] && a > b)
  const sink = (at: number): void => {
    const place = heap[at]!
    for (;;) {
      let worst = 2 * at + 1
      if (worst >= count) break
      if (worst + 1 < count && isWorse(heap[worst + 1]!, heap[worst]!)) worst++
      if (!isWorse(heap[worst]!, place)) break
      heap[at] = heap[worst]!
      at = worst
    }
    heap[at] = place
  }
  for (let place = 0; place < count; place++) heap[place] = place
  for (let at = (count >> 1) - 1; at >= 0; at--) sink(at)
  for (let place = count; place < values.length && count > 0; place++) {
    if (values[place]! <= values[heap[0]!]!) continue
    heap[0] = place
    sink(0)
  }
  return heap.sort((a, b) => (isWorse(a, b) ? 1 : -1))
}
