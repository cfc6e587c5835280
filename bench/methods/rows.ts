import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Item } from '../../src/core/item.ts'
import { classIndex, fineLevel, type Taxonomy } from '../../src/core/taxonomy.ts'
import { readDataset } from '../../src/formats/dataset.ts'
import { dataFolder } from '../kernels/real-data.ts'

/** The rows of a TSV file of the data's folder, by column. */
export async function readRows(file: string): Promise<Record<string, string>[]> {
  const [header, ...lines] = (await readFile(join(dataFolder, file), 'utf8')).trimEnd().split('\n')
  const columns = header!.split('\t')
  return lines.map((line) => Object.fromEntries(line.split('\t').map((cell, at) => [columns[at]!, cell])))
}

/** The items of a manifest in the data's folder, their truth, which stands in `column`, as the label `class`. */
export async function readItems(file: string, column: string): Promise<Item[]> {
  const { items } = await readDataset(join(dataFolder, file))
  return items.map((item) => ({ ...item, labels: { class: item.labels[column]! } }))
}

/** An item of which nothing but features and truth is known here. */
export function itemOf(id: string, label: string): Item {
  return { id, source: { kind: 'text', text: id }, labels: { class: label } }
}

/** The classes of items, the most frequent first, as `longTail` wants them. */
export function classNames(items: readonly Item[]): string[] {
  const groups = [...Map.groupBy(items, ({ labels }) => labels['class']!)]
  return groups.toSorted(([a, of], [b, than]) => than.length - of.length || (a < b ? -1 : 1)).map(([name]) => name)
}

/** Fine class of each item. */
export function truthOf(items: readonly Item[], taxonomy: Taxonomy): Int32Array {
  const indexOf = classIndex(fineLevel(taxonomy))
  return Int32Array.from(items, ({ labels }) => indexOf(labels['class']!))
}

/** The entries at some places, in the order of the places. */
export function pick<T>(all: readonly T[], places: ArrayLike<number>): T[] {
  return Array.from(places, (place) => all[place]!)
}
