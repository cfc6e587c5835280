import { questionUsage, type UsageEstimate } from '../annotators/vlm/money/estimate.ts'
import type { TrustedExample } from '../annotators/annotator.ts'
import type { Asked } from '../annotators/vlm/asking/way.ts'
import { ways } from '../annotators/vlm/asking/ways.ts'
import type { ModelName } from '../annotators/vlm/money/picture-tokens.ts'
import type { Size } from '../annotators/vlm/money/size.ts'
import type { PictureOptions } from '../annotators/vlm/picture.ts'
import type { Item } from '../core/item.ts'
import type { Question } from '../core/question.ts'
import { fineLevel, type Taxonomy } from '../core/taxonomy.ts'
import type { VlmConfig } from './config.ts'
import type { PriceSource } from './prices.ts'

/** A model whose questions can be measured before they are asked. */
export interface MeasurableModel {
  readonly name: ModelName
  readonly source: PriceSource
  readonly picture: PictureOptions
  /** @param picture - As it is sent; null for a text. */
  usage(question: Question, item: Item, picture: Size | null): UsageEstimate
}

/** A model as it is configured. Examples, of which there are none yet, are counted as if each were the item itself. */
export function measurableModel(
  said: VlmConfig,
  { taxonomy, seed, source }: { readonly taxonomy: Taxonomy; readonly seed: number; readonly source: PriceSource },
): MeasurableModel {
  const name = { model: said.model, provider: said.provider }
  const way = ways[said.prompt]
  return {
    name,
    source,
    picture: said.picture,
    usage: (question, item, picture) => {
      const examples = placeholders(said.examples, item, taxonomy)
      const { chunk, confidence, maxOutputTokens, samples } = said
      const asked: Asked = { item, question, taxonomy, seed, sample: 0, chunk, confidence, examples, maxOutputTokens }
      const suited = way.questions.includes(question.kind) ? way : ways.verify
      return questionUsage(suited, asked, { ...name, picture, samples })
    },
  }
}

/** The picture of an item: a square, and as large as any is sent; null for a text. */
export function largestPicture({ picture }: MeasurableModel, { source }: Item): Size | null {
  return source.kind === 'text' ? null : { width: picture.longestSide, height: picture.longestSide }
}

function placeholders(count: number, item: Item, taxonomy: Taxonomy): readonly TrustedExample[] {
  const { classes } = fineLevel(taxonomy)
  return Array.from({ length: count }, (_, i) => {
    return { item: { ...item, id: `${item.id} ${i}` }, label: classes[i % classes.length]!.name }
  })
}
