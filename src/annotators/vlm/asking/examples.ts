import type { Item } from '../../../core/item.ts'
import { permutation, type Rng } from '../../../core/rng.ts'
import type { ClassSpec } from '../../../core/taxonomy.ts'
import type { TrustedExample } from '../../annotator.ts'
import type { Asked } from './way.ts'

/** An example, and to which of the classes on offer it belongs. */
interface PlacedExample {
  readonly item: Item
  readonly placed: ClassSpec
}

/** The examples that belong to these classes or to finer ones below them; never the item that is asked about. */
export function placedExamples({ examples, item }: Asked, classes: readonly ClassSpec[]): readonly PlacedExample[] {
  if (examples.length === 0) return []
  const classOf = new Map(classes.flatMap((node) => leafNames(node).map((leaf) => [leaf, node] as const)))
  return examples.flatMap((example) => {
    const placed = classOf.get(example.label)
    return placed && example.item.id !== item.id ? [{ item: example.item, placed }] : []
  })
}

function leafNames({ name, classes }: ClassSpec): readonly string[] {
  return classes?.length ? classes.flatMap(leafNames) : [name]
}

/**
 * Draws up to `count` examples, from as many classes as there are before any class gives a second one; never the item itself.
 *
 * The draw is alike for all items, so that servers which keep what they have read of a prompt read the examples once.
 */
export function pickExamples(
  all: readonly TrustedExample[],
  count: number,
  item: Item,
  rng: Rng,
): readonly TrustedExample[] {
  const earlier = new Map<string, number>()
  const turn = ({ label }: TrustedExample): number => {
    const of = earlier.get(label) ?? 0
    earlier.set(label, of + 1)
    return of
  }
  return Array.from(permutation(all.length, rng), (index) => all[index]!)
    .filter((example) => example.item.id !== item.id)
    .map((example) => ({ example, turn: turn(example) }))
    .toSorted((a, b) => a.turn - b.turn)
    .slice(0, count)
    .map(({ example }) => example)
}
