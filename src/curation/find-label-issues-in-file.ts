import { LabelwrightError } from '../core/error.ts'
import { openNpy } from '../tensor/npy.ts'
import { checkGivenLabels } from './check-pred-probs.ts'
import { barsOf, thresholdsOf } from './class-thresholds.ts'
import { countRows, soleClassInRows } from './confident-classes.ts'
import { flagIssues, needsMargins } from './filter-by.ts'
import type { FindLabelIssuesOptions, LabelIssues } from './find-label-issues.ts'
import { rankFlagged } from './find-label-issues.ts'
import { makeLargestMargins, offerRows } from './largest-margins.ts'
import { keptAll, makeLikelyClasses, scanLikelyRows, soleClassAmong } from './likely-classes.ts'
import { pruneCounts } from './prune-counts.ts'
import { makeRowReader } from './read-ahead.ts'
import type { RowReader } from './read-ahead.ts'
import { makeRowScan } from './row-scan.ts'
import type { RowScan } from './row-scan.ts'
import { scoreRow } from './score-row.ts'

/** Small enough to stay in the processor's cache until it is scanned. */
const defaultChunkBytes = 1 << 22

/**
 * Finds labels that are probably wrong where the probabilities are too large for memory. Gives what `findLabelIssues` gives for the same
 * file, and takes at most about 220 bytes per item (60 where predictions are sure), `8 k²`, and two chunks.
 *
 * The file is read once from start to end; once more for `prune_by_noise_rate` and `both`; once more where a class has a threshold below
 * 0.05; and once more to rank by a score that is not the self-confidence.
 *
 * @param npyPath - A `.npy` file of shape `[n, k]`, float16, float32 or float64.
 * @param labels - Given class of each item, shape `[n]`, values in `0..k-1`.
 * @param options.chunkBytes - How much is read at once. Default 4 MiB.
 * @throws {@link LabelwrightError} `bad-npy`, `file-not-found`, `unreadable-file`, and all of `findLabelIssues`.
 * @see Northcutt, Jiang, Chuang: Confident Learning, JAIR 2021 (arXiv:1911.00068); counts and filters as in cleanlab 2.9.
 */
export async function findLabelIssuesInFile(
  npyPath: string,
  labels: Int32Array,
  options: FindLabelIssuesOptions & { readonly chunkBytes?: number } = {},
): Promise<LabelIssues> {
  const { chunkBytes = defaultChunkBytes } = options
  if (!(chunkBytes > 0)) {
    throw new LabelwrightError('bad-option', `chunkBytes is ${chunkBytes}.`, 'Give a number of bytes above 0.')
  }
  const file = await openNpy(npyPath)
  try {
    checkGivenLabels(labels, file.rows, file.cols)
    return await findInRows(makeRowReader(file, chunkBytes), labels, file.cols, options)
  } finally {
    await file.close()
  }
}

async function findInRows(
  read: RowReader,
  labels: Int32Array,
  classes: number,
  options: FindLabelIssuesOptions,
): Promise<LabelIssues> {
  const { filterBy = 'prune_by_noise_rate', rankedBy = 'self_confidence' } = options
  const scan = makeRowScan(labels.length)
  const counted = await countItems(read, labels, classes, scan)
  const items = { labels, classes, scan, counted }
  const largest = makeLargestMargins(pruneCounts(items, options))
  if (needsMargins(filterBy)) await read((chunk, firstRow) => offerRows(largest, chunk, firstRow, labels))
  const isIssue = flagIssues(items, filterBy, largest)
  if (rankedBy === 'self_confidence') return { isIssue, ranked: rankFlagged(isIssue, (i) => scan.selfConfidence[i]!) }
  const scores = new Float64Array(labels.length)
  await read(({ data, cols, rows }, firstRow) => {
    for (let r = 0; r < rows; r++) {
      const label = labels[firstRow + r]!
      if (isIssue[firstRow + r]) scores[firstRow + r] = scoreRow(rankedBy, data, r * cols, { cols, label })
    }
  })
  return { isIssue, ranked: rankFlagged(isIssue, (i) => scores[i]!) }
}

/** Fills the scan; returns the true class that each item is counted for, shape `[n]`, -1 for none. */
async function countItems(read: RowReader, labels: Int32Array, classes: number, scan: RowScan): Promise<Int32Array> {
  const likely = makeLikelyClasses(labels.length, classes)
  await read((chunk, firstRow) => scanLikelyRows(chunk, firstRow, labels, { ...scan, ...likely }))
  const bars = barsOf(thresholdsOf(scan.selfConfidence, labels, classes))
  const counted = new Int32Array(labels.length)
  if (keptAll(likely, bars)) {
    countRows(scan, bars, soleClassAmong(likely, bars), { counted, from: 0, to: labels.length })
  } else {
    await read((chunk, firstRow) => {
      const to = firstRow + chunk.rows
      countRows(scan, bars, soleClassInRows(chunk, firstRow, bars), { counted, from: firstRow, to })
    })
  }
  return counted
}
