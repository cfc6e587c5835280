import { LabelwrightError } from '../core/error.ts'
import type { Item } from '../core/item.ts'
import type { ClassSpec } from '../core/taxonomy.ts'

/** The classes that a dataset's own label columns imply. */
export interface ColumnClasses {
  readonly classes: readonly ClassSpec[]
  /** Names of the levels, coarse to fine. */
  readonly levels: readonly string[]
  readonly column: string
  /** A column that spells every class in one other way, or null. */
  readonly aliases: string | null
  /** Number of fine classes. */
  readonly k: number
}

const usualNames = ['fine', 'label', 'labels', 'class', 'species', 'category', 'truth', 'target', 'folder']
/** Columns whose names say nothing about what the classes are. */
const plainNames: ReadonlySet<string> = new Set(['fine', 'label', 'labels', 'category', 'truth', 'target', 'folder'])
const mostClasses = 5000

/**
 * Reads classes off label columns: the fine class from the named or most usual column, a coarser level from a column that it determines, other
 * spellings from a column that pairs with it one to one.
 *
 * @returns Null where no column looks like a class: a few values, each of them repeated.
 * @throws {@link LabelwrightError} `unknown-column` where the named column does not exist.
 */
export function classesFromColumns(
  items: readonly Item[],
  columns: readonly string[],
  named?: string,
): ColumnClasses | null {
  if (named !== undefined && !columns.includes(named)) {
    throw new LabelwrightError(
      'unknown-column',
      `There is no label column "${named}".`,
      `There are: ${columns.join(', ') || 'none'}.`,
    )
  }
  const column = named ?? likeliestColumn(items, columns)
  if (column === null) return null
  const names = valuesOf(items, column)
  const others = columns.filter((other) => other !== column && other !== 'split')
  const [coarse] = others
    .map((other) => ({ other, map: mapping(items, column, other) }))
    .filter(({ map }) => map && new Set(map.values()).size < names.length && new Set(map.values()).size > 1)
  const spelling = others.find((other) => isPairing(mapping(items, column, other), names))
  const aliasOf = spelling === undefined ? null : mapping(items, column, spelling)
  const spec = (name: string): ClassSpec => {
    const alias = aliasOf?.get(name)
    return alias === undefined || alias === name ? { name } : { name, aliases: [alias] }
  }
  const found = { column, aliases: spelling ?? null, k: names.length }
  // Levels are asked for by name: "Which class is this?"
  const fine = plainNames.has(column) ? 'class' : column
  if (!coarse) return { ...found, levels: [fine], classes: names.map(spec) }
  const groups = [...new Set(names.map((name) => coarse.map!.get(name)!))].sort()
  const classes = groups.map((group) => ({
    name: group,
    classes: names.filter((name) => coarse.map!.get(name) === group).map(spec),
  }))
  return { ...found, levels: [coarse.other, fine], classes }
}

function likeliestColumn(items: readonly Item[], columns: readonly string[]): string | null {
  const likely = columns.filter((column) => {
    const distinct = valuesOf(items, column).length
    return distinct >= 2 && distinct <= Math.min(mostClasses, items.length / 2)
  })
  return usualNames.find((name) => likely.includes(name)) ?? likely[0] ?? null
}

function valuesOf(items: readonly Item[], column: string): string[] {
  return [...new Set(items.flatMap(({ labels }) => labels[column] ?? []))].sort()
}

/** Each value of one column with the value of the other; null where it has none, or more than one. */
function mapping(items: readonly Item[], from: string, to: string): Map<string, string> | null {
  const map = new Map<string, string>()
  for (const { labels } of items) {
    const [key, value] = [labels[from], labels[to]]
    if (key === undefined) continue
    if (value === undefined || (map.get(key) ?? value) !== value) return null
    map.set(key, value)
  }
  return map
}

function isPairing(map: Map<string, string> | null, names: readonly string[]): boolean {
  return map !== null && map.size === names.length && new Set(map.values()).size === names.length
}
