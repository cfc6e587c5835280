import { extname } from 'node:path'
import { trustedIds } from '../campaign/campaign.ts'
import { hear } from '../campaign/hearing.ts'
import { withAnswers } from '../campaign/run.ts'
import { LabelwrightError } from '../core/error.ts'
import { fineLevel } from '../core/taxonomy.ts'
import { writeCsv, writeJsonl, type ExportRow } from '../formats/export.ts'
import { argmaxRows, row } from '../tensor/matrix.ts'
import type { Project } from './project.ts'
import { readMetrics, readPredictions } from './rounds.ts'

export type ExportFormat = 'csv' | 'jsonl'

const writers = { csv: writeCsv, jsonl: writeJsonl }

/** Probabilities below this are left out of soft labels. */
const negligible = 0.001

/** The format that a file's name asks for, or null. */
export function formatOf(path: string): ExportFormat | null {
  const name = extname(path).slice(1).toLowerCase()
  return Object.hasOwn(writers, name) ? (name as ExportFormat) : null
}

/**
 * Writes every item's label with its probability, its soft label and who answered. Streams; equal ledgers give equal bytes.
 *
 * @returns The number of items written.
 * @throws {@link LabelwrightError} `nothing-labelled` before the first round; `dataset-changed` or `classes-changed` where its labels would
 *   end up with other items or classes.
 */
export async function exportProject({ campaign, paths }: Project, path: string, format: ExportFormat): Promise<number> {
  const last = (await readMetrics(paths.rounds)).at(-1)
  if (!last) {
    throw new LabelwrightError('nothing-labelled', 'This project has no labels yet.', 'Run: labelwright label')
  }
  const { items, taxonomy, store } = campaign
  await store.registerItems(items)
  const ledger = await store.answers()
  const hearing = hear(ledger, items.length, taxonomy, trustedIds(campaign))
  const posterior = withAnswers(await readPredictions(paths.rounds, last.round, taxonomy), hearing)
  const answered = Map.groupBy(ledger, ({ item }) => item)
  const names = fineLevel(taxonomy).classes.map(({ name }) => name)
  const labels = argmaxRows(posterior)
  function* rows(): Generator<ExportRow> {
    for (let i = 0; i < items.length; i++) {
      const probabilities = row(posterior, i)
      yield {
        id: items[i]!.id,
        label: names[labels[i]!]!,
        probability: probabilities[labels[i]!]!,
        source: hearing.trusted[i]! >= 0 ? 'person' : 'model',
        annotators: [...new Set((answered.get(i) ?? []).map(({ annotator }) => annotator))].sort(),
        soft: names.flatMap((name, y) => (probabilities[y]! >= negligible ? [[name, probabilities[y]!] as const] : [])),
      }
    }
  }
  await writers[format](path, rows(), names)
  return items.length
}
