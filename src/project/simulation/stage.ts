import type { Noise } from '../../annotators/oracle-noise.ts'
import { lookAlikes } from '../../campaign/simulation/look-alikes.ts'
import type { Item } from '../../core/item.ts'
import type { Price } from '../../core/price.ts'
import { fineLevel, levelNamed, type Taxonomy } from '../../core/taxonomy.ts'
import type { LedgerEntry } from '../../store/store.ts'
import type { Matrix } from '../../tensor/matrix.ts'
import type { Config } from '../config.ts'
import type { ClassNoise, OraclePlayer } from './player.ts'
import type { SimulatedNoise, SimulationSettings } from './settings.ts'

/** What the annotators of a project are played with. */
export interface Stage {
  readonly config: Config
  readonly settings: SimulationSettings
  /** The project's own tree, and the one after classes were merged. */
  readonly whole: Taxonomy
  readonly taxonomy: Taxonomy
  /** Those whose class is known, with {@link truthColumn} at every level. */
  readonly items: readonly Item[]
  readonly truth: Int32Array
  readonly features: Matrix
  readonly labelColumns: readonly string[]
  /** What was said about `items`, by their index. */
  readonly ledger: readonly LedgerEntry[]
}

/** The label column of simulated items that holds their class at a level. No manifest has a column of this name by accident. */
export function truthColumn(level: string): string {
  return `labelwright simulate: ${level}`
}

type Priced = { readonly id: string; readonly price: Price; readonly verifies: boolean }

/** Somebody who knows the truth at a level, and errs as `--noise` says. */
export function knowing({ id, price, verifies }: Priced, level: string, stage: Stage): Omit<OraclePlayer, 'trusted'> {
  const taxonomy = cutTaxonomy(stage.taxonomy, level)
  const noise = stage.settings.noise ? noiseAt(stage.settings.noise, taxonomy, stage) : 0
  return { kind: 'oracle', id, price, verifies, taxonomy, column: truthColumn(level), noise }
}

/** Where there is no level above, look-alikes are classes whose items lie near each other. */
export function noiseAt(
  { kind, rate }: SimulatedNoise,
  cut: Taxonomy,
  { taxonomy, truth, features }: Stage,
): Noise | ClassNoise {
  if (kind === 'class') return { kind, meanRate: rate }
  if (kind === 'uniform' || cut.levels.length > 1) return { kind, rate }
  const { groupOf } = levelNamed(taxonomy, fineLevel(cut).name)
  const classes = truth.map((y) => groupOf[y]!)
  return { kind, rate, confusable: lookAlikes(features, classes, cut.k) }
}

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
