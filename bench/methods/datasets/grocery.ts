import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { longTail } from '../../../src/campaign/simulation/imbalance.ts'
import { makeRng } from '../../../src/core/rng.ts'
import { makeTaxonomy, type Taxonomy } from '../../../src/core/taxonomy.ts'
import { gatherRows, matrix, row, type Matrix } from '../../../src/tensor/matrix.ts'
import { readNpy } from '../../../src/tensor/npy.ts'
import { dataFolder } from '../../kernels/real-data.ts'
import { standIn, twoPeople } from '../annotators.ts'
import type { Dataset, OpenDataset } from '../dataset.ts'
import { prepareTogether } from '../features.ts'
import { glance } from '../glance.ts'
import { itemOf, pick, readRows, truthOf } from '../rows.ts'

const classes = 'grocery/classes.json'
const tables = { train: 'grocery/train.tsv', val: 'grocery/val.tsv' } as const
const vectors = {
  train: 'grocery/train.mobilenetv2_pca128.f32.npy',
  val: 'grocery/val.mobilenetv2_pca128.f32.npy',
} as const
const shared = {
  files: [classes, ...Object.values(tables), ...Object.values(vectors)],
  start: 30,
  hasModels: true,
} as const
/** The stand-ins see so many of the 128 features: few, so that they err. */
const glanceDimensions = 12

export const grocery: Dataset = {
  ...shared,
  name: 'grocery',
  description:
    '1,320 photos of 81 fine classes in 43 coarse ones, tested on 296 others; people always right; two stand-in models, heads on 12 features fitted to other photos, one for the coarse and one for the fine classes',
  score: 'testAccuracy',
  budget: 1000,
  open: () => open(),
}

/** What a better model would be worth: the coarse one of `grocery` errs on none. */
export const groceryPerfectCoarse: Dataset = {
  ...grocery,
  name: 'grocery-perfect-coarse',
  description: 'grocery, the model for the coarse classes always right',
  open: async () => {
    const data = await open()
    const { taxonomy, items, truth } = data
    const { name, groupOf } = taxonomy.levels[0]!
    const right = new Map(items.map(({ id }, i) => [id, groupOf[truth[i]!]!]))
    return { ...data, models: [standIn('perfect-coarse', taxonomy, name, right), ...data.models.slice(1)] }
  },
}

export const groceryTail: Dataset = {
  ...shared,
  name: 'grocery-lt',
  description: 'grocery, the pool long-tailed 1:50',
  score: 'balancedAccuracy',
  budget: 400,
  open: () => open(50),
}

async function open(factor?: number): Promise<OpenDataset> {
  const specs: Spec[] = JSON.parse(await readFile(join(dataFolder, classes), 'utf8'))
  const taxonomy = taxonomyOf(specs)
  const read = async (part: 'train' | 'val') =>
    (await readRows(tables[part])).map(({ path, fine }) => itemOf(path!, specs[Number(fine)]!.fine))
  const [all, test] = [await read('train'), await read('val')]
  const truth = truthOf(all, taxonomy)
  const encoded = await readNpy(join(dataFolder, vectors.train))
  const odd = Int32Array.from({ length: all.length >> 1 }, (_, i) => 2 * i + 1)
  const kept = factor
    ? longTail(
        odd.map((i) => truth[i]!),
        taxonomy.k,
        factor,
        makeRng(1, 'long tail'),
      ).map((at) => odd[at]!)
    : odd
  const items = pick(all, kept)
  const even = odd.map((i) => i - 1)
  const models = taxonomy.levels.map(async ({ name, classes: { length: k }, groupOf }) => {
    const taught = { rows: even, labels: even.map((i) => groupOf[truth[i]!]!), k }
    const said = await glance(leading(encoded, glanceDimensions), taught, glanceDimensions)
    return standIn(`glance-${name}`, taxonomy, name, new Map(Array.from(kept, (i) => [all[i]!.id, said[i]!])))
  })
  const testEncoded = await readNpy(join(dataFolder, vectors.val))
  const [features, testFeatures] = await prepareTogether(gatherRows(encoded, kept), testEncoded)
  return {
    taxonomy,
    items,
    truth: kept.map((i) => truth[i]!),
    features,
    test: { features: testFeatures, truth: truthOf(test, taxonomy) },
    people: (seed) => twoPeople(taxonomy, seed),
    models: await Promise.all(models),
  }
}

interface Spec {
  readonly fine: string
  readonly coarse: string
}

function taxonomyOf(specs: readonly Spec[]): Taxonomy {
  const groups = Map.groupBy(specs, ({ coarse }) => coarse)
  const tree = [...groups].map(([name, members]) => ({ name, classes: members.map(({ fine }) => ({ name: fine })) }))
  return makeTaxonomy(tree, ['coarse', 'fine'])
}

function leading({ rows, ...m }: Matrix, cols: number): Matrix {
  const left = matrix(rows, cols)
  for (let i = 0; i < rows; i++) row(left, i).set(row({ rows, ...m }, i).subarray(0, cols))
  return left
}
