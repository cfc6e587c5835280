import { Tokenizer } from '@huggingface/tokenizers'
import { z } from 'zod'
import type { ModelFiles } from '../local-model/model-files.ts'
import type { Family } from './family.ts'
import { readModelJson } from './model-config.ts'

/** Sentences as token ids, filled up on the right. */
interface TokenBatch {
  readonly length: number
  /** Shape `[n, length]`. */
  readonly ids: BigInt64Array
  /** 1 for tokens of the sentence, 0 for filling; shape `[n, length]`. */
  readonly mask: BigInt64Array
}

/** @param length - Tokens per sentence; default: as many as the longest needs, or as the family wants. */
export type Tokenize = (sentences: readonly string[], length?: number) => TokenBatch

const configSchema = z.looseObject({
  pad_token: z
    .union([z.string(), z.object({ content: z.string() }).transform((token) => token.content)])
    .nullish()
    .catch(undefined),
})

/** Reads a model's tokenizer. @throws {@link LabelwrightError} `bad-model`, and what finding its files throws. */
export async function readTokenizer(files: ModelFiles, family: Family): Promise<Tokenize> {
  const config = await readModelJson(files, 'tokenizer_config.json', configSchema)
  const tokenizer = await readModelJson(
    files,
    'tokenizer.json',
    z.looseObject({}).transform((json) => new Tokenizer(json, config)),
  )
  const padding = BigInt(tokenizer.token_to_id(config.pad_token ?? '') ?? 0)

  const idsOf = (sentence: string, most: number): number[] => {
    const { ids } = tokenizer.encode(family.lowerCase ? sentence.toLowerCase() : sentence)
    // The last token ends the sentence, and CLIP takes the whole meaning from it.
    return ids.length > most ? [...ids.slice(0, most - 1), ids.at(-1)!] : ids
  }
  return (sentences, wanted) => {
    const most = Math.min(family.maxTokens, wanted ?? Infinity)
    const encoded = sentences.map((sentence) => idsOf(sentence, most))
    const length = wanted ?? (family.padded ? family.maxTokens : Math.max(...encoded.map((ids) => ids.length)))
    const ids = new BigInt64Array(sentences.length * length).fill(padding)
    const mask = new BigInt64Array(ids.length)
    encoded.forEach((tokens, i) => {
      tokens.forEach((token, at) => {
        ids[i * length + at] = BigInt(token)
        mask[i * length + at] = 1n
      })
    })
    return { length, ids, mask }
  }
}
