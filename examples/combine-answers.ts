import { estimateChannel } from '../src/channels/channel.ts'
import { addEvidence, combine } from '../src/channels/combine.ts'
import type { Testimony } from '../src/channels/testimony.ts'
import { makeRng } from '../src/core/rng.ts'
import { fineLevel, makeTaxonomy } from '../src/core/taxonomy.ts'
import { argmaxRows, matrix } from '../src/tensor/matrix.ts'

// Two weak annotators, a person who labelled 150 of 1,000 items at random, and one label for every item.
// Run: node examples/combine-answers.ts (Node 22.18 or newer)

const taxonomy = makeTaxonomy([{ name: 'bee' }, { name: 'wasp' }, { name: 'moth' }])
const { k } = taxonomy
const level = fineLevel(taxonomy)
const n = 1000
const rng = makeRng(1, 'example')

const truth = Int32Array.from({ length: n }, () => rng.below(k))
/** Right with probability `rightOn[y]`; otherwise it says `mistakenFor[y]`. */
const testimonyOf = (annotator: string, rightOn: readonly number[], mistakenFor: readonly number[]): Testimony => {
  return { annotator, level, said: truth.map((y) => (rng.uniform() < rightOn[y]! ? y : mistakenFor[y]!)) }
}
const testimonies = [
  testimonyOf('takes bees for wasps', [0.4, 0.9, 0.9], [1, 0, 1]),
  testimonyOf('takes moths for bees', [0.9, 0.8, 0.5], [2, 2, 0]),
]

// -1: nobody trusted has labelled the item. All of these were drawn at random, none was chosen by a strategy.
const trusted = truth.map((y, i) => (i < 150 ? y : -1))
const random = new Uint8Array(n).fill(1)

const evidence = matrix(n, k)
for (const testimony of testimonies) {
  const channel = estimateChannel(testimony, trusted, k, { random })
  addEvidence(evidence, channel.likelihood, testimony.said)
  console.log(`${testimony.annotator}: right on ${shareRight(testimony.said)} of all items`)
}
const prior = matrix(n, k, new Float32Array(n * k).fill(1 / k))
const posterior = combine(prior, evidence)
console.log(`both, through their channels: ${shareRight(argmaxRows(posterior))}`)

function shareRight(labels: Int32Array): string {
  return `${((100 * labels.filter((y, i) => y === truth[i]).length) / n).toFixed(1)} %`
}
