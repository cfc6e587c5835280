import { levelNamed, type Taxonomy } from '../../core/taxonomy.ts'

/** The upper part of a tree, down to a level, whose classes become the fine ones. @throws {@link LabelwrightError} `unknown-level`. */
export function cutTaxonomy(taxonomy: Taxonomy, level: string): Taxonomy {
  const { groupOf, classes } = levelNamed(taxonomy, level)
  // Any of its fine classes tells where a class belongs further up.
  const sample = classes.map((_, c) => groupOf.indexOf(c))
  const levels = taxonomy.levels.slice(0, taxonomy.levels.findIndex(({ name }) => name === level) + 1)
  return {
    k: classes.length,
    levels: levels.map((upper) => ({ ...upper, groupOf: Int32Array.from(sample, (fine) => upper.groupOf[fine]!) })),
  }
}
