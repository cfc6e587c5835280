import { LabelwrightError } from '../../core/error.ts'
import { fineLevel, type Taxonomy } from '../../core/taxonomy.ts'
import { row, type Matrix } from '../../tensor/matrix.ts'
import { byRank, makeBestHits, type Hit } from './best-hits.ts'
import type { CaptionChunk } from './caption-file.ts'
import { openIndex, type CaptionIndex, type OpenedIndex } from './caption-index.ts'
import type { DatabaseLimits } from './closed-database.ts'
import { makeNameFinder } from './name-finder.ts'
import { checkWidth, cosine, makePrototypeSums } from './prototypes.ts'
import type { RetrievedItem } from './retrieved-item.ts'
import { labelOf, sightings, type Ambiguous } from './sightings.ts'
import { makeTally, type ClassRetrieval } from './tally.ts'

export interface RetrieveOptions extends DatabaseLimits {
  /** Keep at most so many items of each class. Default 500. */
  readonly perClass?: number
  /** Leave out items that are less similar to their class's prototype, and those without an embedding. Default: none. */
  readonly minSimilarity?: number
  /** Default `drop`. */
  readonly ambiguous?: Ambiguous
  /**
   * Embeddings of the classes by the model that made those of the items, such as of their names. Shape `[k, d]`. Default: the mean direction
   * of the items whose captions name the class, at the price of reading the index twice.
   */
  readonly prototypes?: Matrix
  /** Told how many rows have been read. */
  readonly onProgress?: (done: number, total: number) => void
}

/** What was found in an open dataset. */
export interface Retrieval {
  /** By class, best first. */
  readonly items: readonly RetrievedItem[]
  /** One for each fine class, in their order. */
  readonly classes: readonly ClassRetrieval[]
  /** Rows of the index. */
  readonly rows: number
  /** How many of them have no caption, or name a class and have no source. */
  readonly unreadable: number
}

/**
 * Finds items of an open dataset whose captions name a class. That class is their label: a noisy one, free of charge.
 *
 * The index is read in parts and may be larger than the memory. Of each class the items most similar to its prototype are kept; where there are
 * no embeddings, those with the shortest captions. Equal arguments give equal results.
 *
 * @throws {@link LabelwrightError} `bad-option`, `bad-shape`, and what {@link openIndex} throws.
 * @example
 * ```ts
 * const taxonomy = makeTaxonomy([{ name: 'honeybee', aliases: ['Apis mellifera'] }, { name: 'hawk moth' }])
 * const { items, classes } = await retrieve({ files: [{ path: './laion.parquet' }] }, taxonomy)
 * ```
 * @see Wang et al., arXiv:2506.01724: retrieved items as free labelled data.
 * @see Parashar et al., The Neglected Tails in Vision-Language Models, CVPR 2024 (arXiv:2401.12425): all names of a class, and the most used.
 */
export async function retrieve(
  index: CaptionIndex,
  taxonomy: Taxonomy,
  options: RetrieveOptions = {},
): Promise<Retrieval> {
  const opened = await openIndex(index, options)
  try {
    checkOptions(options, opened, taxonomy.k)
    return await retrieveFrom(opened, taxonomy, options)
  } finally {
    await opened.close()
  }
}

async function retrieveFrom(index: OpenedIndex, taxonomy: Taxonomy, options: RetrieveOptions): Promise<Retrieval> {
  const { perClass = 500, minSimilarity = -Infinity, ambiguous = 'drop' } = options
  const level = fineLevel(taxonomy)
  const find = makeNameFinder(level)
  let [done, unreadable] = [0, 0]
  const isReadTwice = index.hasEmbeddings && !options.prototypes
  const onChunk = ({ captions }: CaptionChunk): void =>
    options.onProgress?.((done += captions.length), isReadTwice ? 2 * index.rows : index.rows)

  const sums = makePrototypeSums(taxonomy.k)
  if (isReadTwice) {
    for await (const { chunk, i, mentions } of sightings(index, find, onChunk)) {
      const label = labelOf(mentions, 'drop')
      const embedding = label < 0 ? null : await chunk.embedding(i)
      if (embedding) sums.add(label, embedding)
    }
  }
  const prototypes = options.prototypes ?? sums.sums()

  const tally = makeTally(level)
  const best = level.classes.map(() => makeBestHits(perClass))
  const countUnreadable = (chunk: CaptionChunk): void => {
    unreadable += chunk.captions.filter((caption) => caption === null).length
    onChunk(chunk)
  }
  for await (const { chunk, i, mentions } of sightings(index, find, countUnreadable)) {
    const source = chunk.source(i)
    if (source === null) {
      unreadable++
      continue
    }
    const label = labelOf(mentions, ambiguous)
    tally.mentioned(mentions, label)
    if (label < 0) continue
    const embedding = prototypes && (await chunk.embedding(i))
    if (embedding) checkWidth(embedding, prototypes)
    const similarity = embedding && cosine(embedding, row(prototypes!, label))
    if ((similarity ?? -Infinity) < minSimilarity) {
      tally.distant(label)
      continue
    }
    const caption = chunk.captions[i]!
    best[label]!.add({
      item: { id: chunk.id(i) ?? source, source, caption, label, similarity, file: chunk.file, row: chunk.from + i },
      length: caption.length,
      at: mentions[0]!.from,
    })
  }
  const kept = withoutTwins(best.map((hits) => hits.ranked()))
  return {
    items: kept.flatMap((hits) => hits.map(({ item }) => item)),
    classes: tally.classes(
      kept.map(({ length }) => length),
      perClass,
    ),
    rows: index.rows,
    unreadable,
  }
}

/** Items with several captions may be kept for several classes; each stays where it ranks best. */
function withoutTwins(ranked: readonly (readonly Hit[])[]): Hit[][] {
  const best = new Map<string, Hit>()
  for (const hit of ranked.flat()) {
    const other = best.get(hit.item.source)
    if (!other || byRank(hit, other) < 0) best.set(hit.item.source, hit)
  }
  return ranked.map((hits) => hits.filter((hit) => best.get(hit.item.source) === hit))
}

function checkOptions(
  { perClass = 1, minSimilarity, prototypes }: RetrieveOptions,
  index: OpenedIndex,
  k: number,
): void {
  const { hasEmbeddings } = index
  if (!Number.isInteger(perClass) || perClass < 1) {
    throw new LabelwrightError('bad-option', `perClass is ${perClass}.`, 'Give a whole number from 1.')
  }
  if (!hasEmbeddings && (minSimilarity !== undefined || prototypes)) {
    throw new LabelwrightError(
      'bad-option',
      `${prototypes ? 'Prototypes' : 'A least similarity'} cannot be used, as the index has no embeddings.`,
      'Name features for each file, or a column of embeddings.',
    )
  }
  if (prototypes && prototypes.rows !== k) {
    throw new LabelwrightError(
      'bad-shape',
      `There are ${prototypes.rows} prototypes for ${k} fine classes.`,
      'Give one row for each fine class, in their order.',
    )
  }
}
