import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeTaxonomy, type Taxonomy } from '../../../src/core/taxonomy.ts'
import { readNpy } from '../../../src/tensor/npy.ts'
import { dataFolder } from '../../kernels/real-data.ts'
import { twoPeople } from '../annotators.ts'
import type { Dataset, OpenDataset } from '../dataset.ts'
import { prepareTogether } from '../features.ts'
import { itemOf, readRows, truthOf } from '../rows.ts'

const classes = 'cifar100/classes.json'
const parts = ['cifar100/train_dev_10k', 'cifar100/test_first2k'] as const
const table = (part: string): string => `${part}.labels.tsv`
const vectors = (part: string): string => `${part}.mobilenetv2_pca128.f32.npy`

export const cifar100: Dataset = {
  name: 'cifar100',
  description:
    '10,000 small pictures of 100 fine classes in 20 coarse ones, tested on 2,000 others; people alone, always right',
  files: [classes, ...parts.flatMap((part) => [table(part), vectors(part)])],
  score: 'testAccuracy',
  budget: 3500,
  start: 100,
  hasModels: false,
  open,
}

async function open(): Promise<OpenDataset> {
  const names: Names = JSON.parse(await readFile(join(dataFolder, classes), 'utf8'))
  const taxonomy = taxonomyOf(names)
  const read = async (part: string) => {
    const rows = await readRows(table(part))
    return rows.map(({ row, fine }) => itemOf(row!, names.fine[Number(fine)]!))
  }
  const [items, test] = [await read(parts[0]), await read(parts[1])]
  const [features, testFeatures] = await prepareTogether(
    await readNpy(join(dataFolder, vectors(parts[0]))),
    await readNpy(join(dataFolder, vectors(parts[1]))),
  )
  return {
    taxonomy,
    items,
    truth: truthOf(items, taxonomy),
    features,
    test: { features: testFeatures, truth: truthOf(test, taxonomy) },
    people: (seed) => twoPeople(taxonomy, seed),
    models: [],
  }
}

interface Names {
  readonly fine: readonly string[]
  readonly coarse: readonly string[]
  readonly fine_to_coarse: readonly number[]
}

function taxonomyOf({ fine, coarse, fine_to_coarse: groupOf }: Names): Taxonomy {
  const tree = coarse.map((name, group) => ({
    name,
    classes: fine.filter((_, y) => groupOf[y] === group).map((leaf) => ({ name: leaf })),
  }))
  return makeTaxonomy(tree, ['coarse', 'fine'])
}
