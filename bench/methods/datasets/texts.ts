import type { ImmediateAnnotator } from '../../../src/annotators/annotator.ts'
import { longTail } from '../../../src/campaign/simulation/imbalance.ts'
import type { Item } from '../../../src/core/item.ts'
import { makeRng, permutation } from '../../../src/core/rng.ts'
import { fineLevel, makeTaxonomy, type Taxonomy } from '../../../src/core/taxonomy.ts'
import { rowsView } from '../../../src/tensor/matrix.ts'
import { standIn, twoPeople } from '../annotators.ts'
import type { OpenDataset } from '../dataset.ts'
import { encodeTexts, prepareTogether } from '../features.ts'
import { glance } from '../glance.ts'
import { classNames, pick, truthOf } from '../rows.ts'

/** How the long-tailed pool of a text campaign comes about. */
export interface TextSetting {
  /** The rate at which a person takes a text for another class. */
  readonly noise: number
  /** A stand-in model learns from a third of the texts, which are then not in the pool. */
  readonly hasModel: boolean
}

/** The stand-in sees so many principal directions of the texts: few, so that it errs. */
const glanceDimensions = 24
const factor = 50

/** A campaign about texts whose pool has a long tail, 1:50; `test` stays as it is. */
export async function openTexts(
  train: readonly Item[],
  test: readonly Item[],
  { noise, hasModel }: TextSetting,
): Promise<OpenDataset> {
  const taxonomy = makeTaxonomy(classNames(train).map((name) => ({ name })))
  const truth = truthOf(train, taxonomy)
  const order = permutation(train.length, makeRng(1, 'thirds'))
  const third = hasModel ? Math.floor(train.length / 3) : 0
  const drawn = order.slice(third).sort()
  const kept = longTail(
    drawn.map((i) => truth[i]!),
    taxonomy.k,
    factor,
    makeRng(1, 'long tail'),
  ).map((at) => drawn[at]!)
  const items = pick(train, kept)
  const encoded = await encodeTexts([...items, ...test])
  const [features, testFeatures] = await prepareTogether(
    rowsView(encoded, 0, items.length),
    rowsView(encoded, items.length, encoded.rows),
  )
  return {
    taxonomy,
    items,
    truth: kept.map((i) => truth[i]!),
    features,
    test: { features: testFeatures, truth: truthOf(test, taxonomy) },
    people: (seed) => twoPeople(taxonomy, seed, noise),
    models: hasModel ? [await textModel(train, { taxonomy, truth, rows: order.slice(0, third) })] : [],
  }
}

async function textModel(
  texts: readonly Item[],
  { taxonomy, truth, rows }: { readonly taxonomy: Taxonomy; readonly truth: Int32Array; readonly rows: Int32Array },
): Promise<ImmediateAnnotator> {
  const taught = { rows, labels: rows.map((i) => truth[i]!), k: taxonomy.k }
  const said = await glance(await encodeTexts(texts), taught, glanceDimensions)
  return standIn('glance', taxonomy, fineLevel(taxonomy).name, new Map(texts.map(({ id }, i) => [id, said[i]!])))
}
