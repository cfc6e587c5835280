import { join, resolve } from 'node:path'
import { LabelwrightError } from '../core/error.ts'
import type { Item } from '../core/item.ts'
import { writeFileAtomic } from '../files/atomic-file.ts'
import type { Matrix } from '../tensor/matrix.ts'
import { writeNpy } from '../tensor/npy.ts'
import { checkIndices, checkLengths } from './label-checks.ts'
import { checkFeatures, notFinite } from './learner.ts'

/** What an external trainer is to learn: to predict the classes of all items from the labels of some. */
export interface ExternalTask {
  /** All items: as features, shape `[n, d]`, or by where their content lies, or both, in the same order. */
  readonly input:
    | { readonly features: Matrix; readonly items?: readonly Item[] }
    | { readonly features?: undefined; readonly items: readonly Item[] }
  /** Class names, `k` of them. */
  readonly classes: readonly string[]
  readonly training: {
    /** Indices of the labelled items, shape `[t]`. */
    readonly rows: Int32Array
    /** The class of each, shape `[t]`. */
    readonly labels: Int32Array
    /** How much each counts, from 0, shape `[t]`. Default 1. */
    readonly weights?: Float32Array
    /** Soft labels, where the truth is not sure; rows sum to 1, shape `[t, k]`. Default: none. */
    readonly targets?: Matrix
  }
  /** From which the trainer takes its chance. */
  readonly seed: number
}

/** The files of a task's folder. `docs/external-trainer.md` describes them. */
export const taskFiles = {
  task: 'task.json',
  features: 'features.npy',
  items: 'items.jsonl',
  train: 'train.csv',
  targets: 'targets.npy',
  predictions: 'predictions.npy',
  metrics: 'metrics.json',
} as const

/** The number of items of a task. */
export function itemCount({ input }: ExternalTask): number {
  return input.features ? input.features.rows : input.items.length
}

/**
 * Writes a task into an empty folder. Labels that came with the dataset are not written.
 *
 * @throws {@link LabelwrightError} `length-mismatch`, `bad-label`, `bad-shape`, `not-finite`, `bad-feature-value`, `cannot-write`.
 */
export async function writeExternalTask(folder: string, task: ExternalTask): Promise<void> {
  checkExternalTask(task)
  const { input, classes, training, seed } = task
  const at = (file: keyof typeof taskFiles): string => join(folder, taskFiles[file])
  if (input.features) await writeNpy(at('features'), input.features)
  if (input.items) await writeFileAtomic(at('items'), inPieces(input.items, itemLine))
  const { rows, labels, weights, targets } = training
  const trainLine = (row: number, t: number): string => `${row},${labels[t]!},${weights ? weights[t]! : 1}\n`
  await writeFileAtomic(at('train'), inPieces(rows, trainLine, 'row,label,weight\n'))
  if (targets) await writeNpy(at('targets'), targets)
  const description = {
    version: 1,
    k: classes.length,
    classes,
    rows: itemCount(task),
    seed,
    features: input.features ? taskFiles.features : null,
    items: input.items ? taskFiles.items : null,
    train: taskFiles.train,
    targets: targets ? taskFiles.targets : null,
    predictions: taskFiles.predictions,
    metrics: taskFiles.metrics,
  }
  await writeFileAtomic(at('task'), `${JSON.stringify(description, null, 2)}\n`)
}

const linesPerPiece = 1000

/**
 * Lines in pieces: one write per line would take long, one text of all may be too long for a string.
 *
 * @yields Up to 1,000 lines.
 */
function* inPieces<T>(values: Iterable<T>, toLine: (value: T, at: number) => string, header = ''): Generator<string> {
  let piece = header
  let at = 0
  for (const value of values) {
    piece += toLine(value, at++)
    if (at % linesPerPiece > 0) continue
    yield piece
    piece = ''
  }
  yield piece
}

function itemLine(item: Item): string {
  return `${JSON.stringify(describe(item))}\n`
}

function describe({ id, source }: Item): object {
  switch (source.kind) {
    case 'text':
      return { id, text: source.text }
    case 'image':
      return { id, path: resolve(source.path) }
    case 'region':
      return { id, path: resolve(source.path), box: source.box }
  }
}

function checkExternalTask(task: ExternalTask): void {
  const { input, classes, training } = task
  const { rows, labels, weights, targets } = training
  if (input.features) checkFeatures(input.features, input.features.cols)
  if (input.items) checkLengths('items', { length: itemCount(task) }, input.items.length)
  checkIndices('row', rows, itemCount(task))
  checkIndices('label', labels, classes.length)
  checkLengths('labels', rows, labels.length)
  if (weights) checkLengths('weights', rows, weights.length)
  if (targets) checkLengths('soft labels', rows, targets.rows)
  if (targets && targets.cols !== classes.length) {
    throw new LabelwrightError(
      'bad-shape',
      `The soft labels have ${targets.cols} columns, but there are ${classes.length} classes.`,
      'Give one column per class, in the order of the classes.',
    )
  }
  if (targets && !targets.data.every((share) => Number.isFinite(share))) throw notFinite('The soft labels')
  if (weights && !weights.every((weight) => weight >= 0 && Number.isFinite(weight))) {
    throw new LabelwrightError(
      'not-finite',
      'A training weight is not a number from 0.',
      'Correct or leave out its row.',
    )
  }
}
