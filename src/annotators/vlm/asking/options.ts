import { questionKey } from '../../../core/question.ts'
import { makeRng, permutation } from '../../../core/rng.ts'
import { levelNamed, type ClassSpec } from '../../../core/taxonomy.ts'
import type { Asked } from './way.ts'

/**
 * The classes that a question is about: those of the level, or the ones that the labels name. A label that the taxonomy does not know
 * stands for itself.
 *
 * @throws {@link LabelwrightError} `unknown-level`.
 */
export function classesAsked({ question, taxonomy }: Pick<Asked, 'question' | 'taxonomy'>): readonly ClassSpec[] {
  if (question.kind === 'classify') return levelNamed(taxonomy, question.level).classes
  // Finer levels come later, and win.
  const known = new Map(taxonomy.levels.flatMap(({ classes }) => classes).map((node) => [node.name, node]))
  const labels = question.kind === 'select' ? question.labels : [question.label]
  return [...new Set(labels)].map((name) => known.get(name) ?? { name })
}

/** The classes in an order drawn for this question, item and sample, because models favour early options. */
export function shuffled({ seed, question, item, sample }: Asked, classes: readonly ClassSpec[]): readonly ClassSpec[] {
  const order = permutation(classes.length, makeRng(seed, 'options', questionKey(question), item.id, sample))
  return Array.from(order, (index) => classes[index]!)
}
