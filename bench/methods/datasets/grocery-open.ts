import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { longTail } from '../../../src/campaign/simulation/imbalance.ts'
import type { Item } from '../../../src/core/item.ts'
import { makeRng } from '../../../src/core/rng.ts'
import { makeTaxonomy } from '../../../src/core/taxonomy.ts'
import { prepareFeatures } from '../../../src/learners/prepare-features.ts'
import { gatherRows } from '../../../src/tensor/matrix.ts'
import { dataFolder, mobilenetFile } from '../../kernels/real-data.ts'
import { twoPeople } from '../annotators.ts'
import { retrieveCaptioned } from '../captioned.ts'
import type { Dataset, OpenDataset } from '../dataset.ts'
import { encodePictures } from '../features.ts'
import { classNames, pick, readRows, truthOf } from '../rows.ts'

const classes = 'grocery/classes.json'
const tables = { train: 'grocery/train.tsv', val: 'grocery/val.tsv' } as const
const shared = {
  files: [mobilenetFile, classes, ...Object.values(tables), 'grocery/img128', 'grocery/iconic'],
  score: 'macroF1',
  budget: 300,
  start: 30,
  hasModels: false,
} as const
const words = 'photos of 81 groceries, long-tailed 1:50, tested on 296 others; people always right'
/** What the campaigns see of the pictures: with 81 classes and open data, half of the usual directions are half of the time. */
const dimensions = 128

export const groceryPeople: Dataset = {
  ...shared,
  name: 'grocery-people',
  description: words,
  open: () => open(false),
}

export const groceryOpen: Dataset = {
  ...shared,
  name: 'grocery-open',
  description: `${words}; open data: the other half of the photos and a catalogue's picture of each class, found by captions`,
  open: () => open(true),
}

/** The catalogue's pictures and every second photo are open data, the others the pool: long-tailed, the classes by how frequent they are. */
async function open(hasOpenData: boolean): Promise<OpenDataset> {
  const names: string[] = JSON.parse(await readFile(join(dataFolder, classes), 'utf8')).map(
    ({ fine }: { fine: string }) => fine,
  )
  const [photos, test] = [await readPhotos('train', names), await readPhotos('val', names)]
  const taxonomy = makeTaxonomy(classNames(photos).map((name) => ({ name })))
  const [even, odd] = [0, 1].map((first) => photos.filter((_, i) => i % 2 === first)) as [Item[], Item[]]
  const items = pick(odd, longTail(truthOf(odd, taxonomy), taxonomy.k, 50, makeRng(1, 'long tail')))
  const found = [...names.map(catalogued), ...even]

  const all = [...photos, ...test, ...names.map(catalogued)]
  const rowOf = new Map(all.map(({ id }, i) => [id, i]))
  const rowsOf = (some: readonly Item[]): number[] => some.map(({ id }) => rowOf.get(id)!)
  const encoded = gatherRows(await encodePictures(all), rowsOf([...items, ...test, ...found]))
  const features = await prepareFeatures(encoded, makeRng(1, 'features'), dimensions)
  const part = (from: number, count: number) =>
    gatherRows(
      features,
      Array.from({ length: count }, (_, i) => from + i),
    )
  return {
    taxonomy,
    items,
    truth: truthOf(items, taxonomy),
    features: part(0, items.length),
    test: { features: part(items.length, test.length), truth: truthOf(test, taxonomy) },
    people: (seed) => twoPeople(taxonomy, seed),
    models: [],
    ...(hasOpenData && {
      openData: (seed) => retrieveCaptioned(found, part(items.length + test.length, found.length), taxonomy, seed),
    }),
  }
}

async function readPhotos(part: 'train' | 'val', names: readonly string[]): Promise<Item[]> {
  const rows = await readRows(tables[part])
  return rows.map(({ path, fine }) => picture(join('img128', path!), names[Number(fine)]!))
}

function catalogued(name: string, y: number): Item {
  return picture(join('iconic', `${String(y).padStart(2, '0')}_${name}.jpg`), name)
}

function picture(id: string, label: string): Item {
  return { id, source: { kind: 'image', path: join(dataFolder, 'grocery', id) }, labels: { class: label } }
}
