import { toMicros } from '../../core/money.ts'
import { makeTaxonomy } from '../../core/taxonomy.ts'
import { matrix } from '../../tensor/matrix.ts'
import type { OraclePlayer } from './player.ts'
import type { World } from './world.ts'

const n = 100
const names = ['bee', 'moth']
const taxonomy = makeTaxonomy(names.map((name) => ({ name })))
const truth = Int32Array.from({ length: n }, (_, i) => i % 2)

/** For tests: somebody who is always right, at 1 an answer. */
export const anna: OraclePlayer = {
  kind: 'oracle',
  id: 'anna',
  price: { kind: 'answer', amount: toMicros(1) },
  verifies: false,
  trusted: true,
  taxonomy,
  column: 'truth',
  noise: 0,
}

/** For tests: a hundred items of two classes that anybody can tell apart, and {@link anna} with money for forty. */
export const smallWorld: World = {
  taxonomy,
  items: Array.from(truth, (y, i) => ({
    id: `i${i}`,
    source: { kind: 'text', text: '' },
    labels: { truth: names[y]! },
  })),
  truth,
  features: matrix(
    n,
    2,
    Float32Array.from({ length: 2 * n }, (_, at) => (at % 2 === truth[at >> 1] ? 1 : -1)),
  ),
  open: null,
  players: [anna],
  test: { kind: 'share', share: 0.3 },
  longTail: null,
  budget: toMicros(40),
  start: 10,
  batch: null,
  iso: {},
  prior: {},
}
