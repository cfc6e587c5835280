import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { retrieve, type Retrieval } from '../annotators/retrieval/retrieve.ts'
import { LabelwrightError } from '../core/error.ts'
import { fineLevel, type Taxonomy } from '../core/taxonomy.ts'
import { writeFileAtomic } from '../files/atomic-file.ts'
import { hashOf } from '../files/content-hash.ts'
import { fileError } from '../files/file-error.ts'
import { readNpy } from '../tensor/npy.ts'
import type { OpenDataConfig } from './config.ts'
import { amount, count } from './words.ts'

/** What retrieval found for a project. */
export interface FoundOpenData {
  readonly said: OpenDataConfig
  readonly retrieval: Retrieval
  /** Names the files of the index, the classes and the options; equal only where all are. */
  readonly key: string
  /** A JSONL file of the hits. */
  readonly hits: string
}

const itemSchema = z.object({
  id: z.string(),
  source: z.string(),
  caption: z.string(),
  label: z.int().min(0),
  similarity: z.number().nullable(),
  file: z.int().min(0),
  row: z.int().min(0),
})

const sidecarSchema = z.object({
  items: z.int().min(0),
  rows: z.int().min(0),
  unreadable: z.int().min(0),
  classes: z.array(
    z.object({
      name: z.string(),
      names: z.array(z.object({ name: z.string(), captions: z.int() })),
      promptName: z.string(),
      hits: z.int(),
      ambiguous: z.int(),
      distant: z.int(),
      kept: z.int(),
      atCap: z.boolean(),
    }),
  ),
})

/**
 * Finds open data for the classes of a project, or reads what an earlier call left in `folder`: `<key>.jsonl` with one hit per line, and
 * `<key>.json` with the rest. A file of the index that has changed since (size or time of change) is searched again.
 *
 * @throws {@link LabelwrightError} `no-caption-matched`, and what {@link retrieve} throws.
 */
export async function findOpenData(said: OpenDataConfig, taxonomy: Taxonomy, folder: string): Promise<FoundOpenData> {
  const key = await cacheKey(said, taxonomy)
  const base = join(folder, key)
  const cached = await readCached(base)
  const retrieval = cached ?? (await search(said, taxonomy))
  if (retrieval.items.length === 0) throw nothingMatched(said, taxonomy, retrieval)
  if (!cached) await writeCached(base, retrieval)
  return { said, retrieval, key, hits: `${base}.jsonl` }
}

async function search(said: OpenDataConfig, taxonomy: Taxonomy): Promise<Retrieval> {
  const { index, features, caption, path: source, perClass, minSimilarity, ambiguous, prototypes } = said
  const files = index.map((path, i) => ({ path, ...(features && { features: features[i]! }) }))
  return retrieve({ files, columns: { caption, source } }, taxonomy, {
    perClass,
    ambiguous,
    ...(minSimilarity !== null && { minSimilarity }),
    ...(prototypes !== null && { prototypes: await readNpy(prototypes) }),
  })
}

async function cacheKey(said: OpenDataConfig, taxonomy: Taxonomy): Promise<string> {
  const files = [...said.index, ...(said.features ?? []), ...(said.prototypes === null ? [] : [said.prototypes])]
  const states = await Promise.all(
    files.map(async (path) => {
      const { size, mtimeMs } = await stat(path).catch((thrown: unknown) => {
        throw fileError(path, thrown)
      })
      return { size, mtimeMs }
    }),
  )
  const classes = fineLevel(taxonomy).classes.map(({ name, aliases = [] }) => [name, ...aliases])
  const { images: _, ...searched } = said
  return hashOf({ version: 1, searched, states, classes }).slice(0, 32)
}

async function readCached(base: string): Promise<Retrieval | undefined> {
  try {
    const { items: kept, ...rest } = sidecarSchema.parse(JSON.parse(await readFile(`${base}.json`, 'utf8')))
    const lines = (await readFile(`${base}.jsonl`, 'utf8')).trimEnd().split('\n')
    const items = lines.map((line) => itemSchema.parse(JSON.parse(line)))
    const isWhole = items.length === kept && items.every(({ label }) => label < rest.classes.length)
    return isWhole ? { ...rest, items } : undefined
  } catch {
    // Absent or damaged is the same here: the index is searched again.
    return undefined
  }
}

async function writeCached(base: string, { items, ...rest }: Retrieval): Promise<void> {
  const lines = items.map((item) => `${JSON.stringify({ class: rest.classes[item.label]!.name, ...item })}\n`)
  await writeFileAtomic(`${base}.jsonl`, lines)
  // The sidecar last: whoever finds a sidecar finds the hits.
  await writeFileAtomic(`${base}.json`, JSON.stringify({ ...rest, items: items.length }))
}

function nothingMatched(
  { index, caption }: OpenDataConfig,
  { k }: Taxonomy,
  { rows, classes }: Retrieval,
): LabelwrightError {
  const sum = (of: 'ambiguous' | 'distant'): number => classes.reduce((total, stats) => total + stats[of], 0)
  const lost = [
    ...(sum('ambiguous') > 0 ? [`${count(sum('ambiguous'))} mentions stand beside those of other classes`] : []),
    ...(sum('distant') > 0 ? [`${count(sum('distant'))} items are less similar than minSimilarity`] : []),
  ]
  return new LabelwrightError(
    'no-caption-matched',
    `Of the ${amount(rows, 'caption')} in ${index.join(', ')}, none can be used for any of the ${k} classes` +
      `${lost.length > 0 ? `: ${lost.join(', ')}` : ''}.`,
    `Check that "${caption}" is the column of captions, and give classes aliases as people write them there.`,
  )
}
