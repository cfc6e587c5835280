import { costRange } from '../annotators/vlm/money/estimate.ts'
import { pictureTokens } from '../annotators/vlm/money/picture-tokens.ts'
import { meanRange, times, type Range } from '../annotators/vlm/money/range.ts'
import type { PictureOptions } from '../annotators/vlm/picture.ts'
import type { Annotator } from '../annotators/annotator.ts'
import type { Item } from '../core/item.ts'
import type { Price } from '../core/price.ts'
import type { Question } from '../core/question.ts'
import type { MeasurableModel } from './estimate-model.ts'
import { tryPictures, unshrunk, type TriedPicture } from './picture-trial.ts'

/** What the size of the pictures does to the price of a model's questions. */
export interface PictureTable {
  readonly annotator: string
  /** As configured. */
  readonly options: PictureOptions
  /** How many pictures of the dataset were encoded for it. */
  readonly measured: number
  readonly rows: readonly PictureRow[]
}

interface PictureRow {
  /** Null: not shrunk. */
  readonly longestSide: number | null
  readonly isConfigured: boolean
  readonly tokens: Range
  readonly bytes: number
  /** Of 1,000 questions, in micros. */
  readonly cost: Range
}

const triedSides: readonly number[] = [256, 384, 512, 768, 1024, unshrunk]

/**
 * Tries several sizes on some pictures; null where there is none, or nothing that may be asked about them. Sizes that shrink no picture are
 * one row, the last.
 *
 * @param items - The pictures to try it on; texts are passed over.
 */
export async function pictureTable(
  annotator: Annotator,
  model: MeasurableModel,
  items: readonly Item[],
): Promise<PictureTable | null> {
  const [question] = annotator.questions
  if (!question) return null
  const configured = model.picture.longestSide
  const sides = [...new Set([...triedSides, configured])].toSorted((a, b) => a - b)
  const rows: PictureRow[] = []
  let measured = 0
  for (const longestSide of sides) {
    const tried = await tryPictures(items, { ...model.picture, longestSide })
    if (tried.length === 0) return null
    measured = tried.length
    rows.push({
      longestSide: longestSide === unshrunk ? null : longestSide,
      isConfigured: longestSide === configured,
      ...measure(annotator.price, question, model, tried),
    })
  }
  const distinct = rows.filter(({ bytes }, i) => bytes !== rows[i + 1]?.bytes)
  const isConfigured = ({ bytes }: PictureRow): boolean => rows.some((row) => row.isConfigured && row.bytes === bytes)
  return {
    annotator: annotator.id,
    options: model.picture,
    measured,
    rows: distinct.map((row) => ({ ...row, isConfigured: isConfigured(row) })),
  }
}

function measure(price: Price, question: Question, model: MeasurableModel, tried: readonly TriedPicture[]) {
  const cost = meanRange(tried.map(({ item, size }) => costRange(price, question, model.usage(question, item, size))))
  return {
    tokens: meanRange(tried.map(({ size }) => pictureTokens(model.name, size))),
    bytes: tried.reduce((sum, { bytes }) => sum + bytes, 0) / tried.length,
    cost: times(1000, cost),
  }
}
