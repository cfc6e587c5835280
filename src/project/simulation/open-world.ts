import { access } from 'node:fs/promises'
import { mergeClasses } from '../../campaign/simulation/imbalance.ts'
import type { Item } from '../../core/item.ts'
import type { Micros } from '../../core/money.ts'
import type { Taxonomy } from '../../core/taxonomy.ts'
import { readDataset } from '../../formats/dataset.ts'
import { openSqliteStore } from '../../store/sqlite-store.ts'
import type { LedgerEntry } from '../../store/store.ts'
import { gatherRows } from '../../tensor/matrix.ts'
import { checkBudget, leastPrice } from '../check-budget.ts'
import type { Config } from '../config.ts'
import { encodeItems, type OnEncoded } from '../encode-items.ts'
import { findOpenData } from '../find-open-data.ts'
import { needTrusted } from '../open-annotators.ts'
import { projectPaths } from '../paths.ts'
import { openTaxonomy } from '../read-config.ts'
import { castPlayers } from './cast.ts'
import { checkDeal, heldOut } from './deal-items.ts'
import { findKnownLabels } from './known-labels.ts'
import { settingNotes, type Note, type SimulationSettings } from './settings.ts'
import { truthColumn } from './stage.ts'
import type { World } from './world.ts'

/** A world, and what people should know about it. */
export interface OpenedWorld {
  readonly world: World
  readonly notes: readonly Note[]
}

/**
 * Opens a project for simulation: its items with known labels, its features, and who plays its annotators. Nobody is asked, and the project's
 * ledger is only read.
 *
 * @throws {@link LabelwrightError} `no-truth`, `budget-too-small`, `bad-option`, `no-trusted-annotator`, and what reading the project throws.
 */
export async function openWorld(
  config: Config,
  settings: SimulationSettings,
  onEncoded?: OnEncoded,
): Promise<OpenedWorld> {
  needTrusted(config)
  const whole = await openTaxonomy(config.classes)
  const dataset = await readDataset(config.dataset)
  const retrieved = config.open && (await findOpenData(config.open, whole, projectPaths(config.dir).open))
  const encoded = await encodeItems(config, dataset, onEncoded, retrieved)
  const ledger = await readLedger(config, encoded.items)
  const found = findKnownLabels({ config, dataset, items: encoded.items, taxonomy: whole }, ledger)
  const { taxonomy, classOf } = merged(whole, settings.merge)

  const rows = Int32Array.from(found.truth.keys()).filter((i) => found.truth[i]! >= 0)
  const truth = rows.map((i) => classOf(found.truth[i]!))
  const items = Array.from(rows, (i, at) => withTruth(encoded.items[i]!, taxonomy, truth[at]!))
  const features = gatherRows(encoded.features, rows)
  const place = new Map(Array.from(rows, (i, at) => [i, at]))
  const { players, notes } = await castPlayers({
    config,
    settings,
    whole,
    taxonomy,
    items,
    truth,
    features,
    labelColumns: dataset.labelColumns,
    ledger: ledger.flatMap((entry) => (place.has(entry.item) ? [{ ...entry, item: place.get(entry.item)! }] : [])),
  })
  const test = heldOut(items, settings.test)
  const unpaid: Omit<World, 'budget'> = {
    taxonomy,
    items,
    truth,
    features,
    open: encoded.open && { ...encoded.open, labels: encoded.open.labels.map(classOf) },
    players,
    test: test.split,
    longTail: settings.longTail,
    start: settings.startPerClass === null ? (settings.start ?? config.start) : { perClass: settings.startPerClass },
    batch: settings.batch ?? config.batch,
    iso: config.iso,
    prior: config.prior,
  }
  const world = { ...unpaid, budget: budgetOf(config, settings, unpaid) }
  checkDeal(world, config.seed)
  return {
    world,
    notes: [
      { name: 'truth', value: found.from },
      { name: 'test', value: test.note },
      ...settingNotes(settings),
      ...notes,
    ],
  }
}

/** Empty where nobody has been asked yet; a ledger is not made for it. */
async function readLedger(config: Config, items: readonly Item[]): Promise<readonly LedgerEntry[]> {
  const { ledger } = projectPaths(config.dir)
  const exists = await access(ledger).then(
    () => true,
    () => false,
  )
  if (!exists) return []
  const store = await openSqliteStore(ledger)
  try {
    const answers = await store.answers()
    // Throws where the items have changed since: answers are kept by their index.
    if (answers.length > 0) await store.registerItems(items)
    return answers
  } finally {
    await store.close()
  }
}

function merged(whole: Taxonomy, merge: number | null): { taxonomy: Taxonomy; classOf: (fine: number) => number } {
  if (merge === null) return { taxonomy: whole, classOf: (fine) => fine }
  const { taxonomy, classOf } = mergeClasses(whole, merge)
  return { taxonomy, classOf: (fine) => classOf[fine]! }
}

function withTruth({ labels, ...item }: Item, taxonomy: Taxonomy, fine: number): Item {
  const truth = taxonomy.levels.map(({ name, classes, groupOf }) => [truthColumn(name), classes[groupOf[fine]!]!.name])
  return { ...item, labels: { ...labels, ...Object.fromEntries(truth) } }
}

/** What the settings or the project say, else what people cost for everything. */
function budgetOf(
  config: Config,
  settings: SimulationSettings,
  { players, taxonomy, items }: Omit<World, 'budget'>,
): Micros {
  const least = leastPrice(
    players.flatMap((player) => (player.kind === 'oracle' ? [player] : [])),
    taxonomy,
  )
  const budget = settings.budget ?? config.budget ?? Math.max(1, least) * items.length
  checkBudget(budget, least, config.currency)
  return budget
}
