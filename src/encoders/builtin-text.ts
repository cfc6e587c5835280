import { hash32 } from '../core/rng.ts'
import { matrix, row, type Matrix } from '../tensor/matrix.ts'
import type { Encoder } from './encoder.ts'
import { itemTexts } from './item-kind.ts'

const dims = 4096

/**
 * Makes the text encoder that needs no download: hashed counts of words, word pairs and the 3 to 5 letter pieces of words, weighted by
 * TF-IDF over the texts of one call and scaled to unit length. 4,096 values per text; a text without words is a row of zeros.
 *
 * Encode a campaign's texts in one call: the weights depend on all of them.
 *
 * @see Weinberger et al., Feature Hashing for Large Scale Multitask Learning, ICML 2009 (signed hashing).
 */
export function makeBuiltinTextEncoder(): Encoder {
  return {
    id: 'builtin-text-1',
    encode: async (items, onProgress) => {
      const texts = itemTexts(items)
      const features = matrix(texts.length, dims)
      texts.forEach((text, i) => {
        countPieces(text, row(features, i))
        if (i % 1000 === 999) onProgress?.(i + 1)
      })
      weightByRarity(features)
      onProgress?.(texts.length)
      return { features, kept: Int32Array.from(texts, (_, i) => i), quarantined: [] }
    },
  }
}

// Scripts without spaces give one word per character, so that word pairs are their character pairs.
const unspaced = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}`
const wordPattern = new RegExp(String.raw`[${unspaced}]|(?:(?![${unspaced}])[\p{L}\p{M}\p{N}])+`, 'gu')

function countPieces(text: string, counts: Float32Array): void {
  const words = text.normalize('NFKC').toLowerCase().match(wordPattern) ?? []
  const count = (piece: string): void => {
    const hash = hash32(piece)
    // The lowest bits choose the column and the highest the sign: collisions cancel on average instead of adding up.
    counts[hash % dims]! += hash >>> 31 ? -1 : 1
  }
  words.forEach((word, at) => {
    count(word)
    if (at > 0) count(`${words[at - 1]} ${word}`)
    const bounded = `<${word}>`
    for (let length = 3; length <= 5; length++) {
      for (let start = 0; start + length <= bounded.length; start++) count(bounded.slice(start, start + length))
    }
  })
}

function weightByRarity({ rows, cols, data }: Matrix): void {
  const holders = new Float64Array(cols)
  for (let i = 0; i < data.length; i++) if (data[i] !== 0) holders[i % cols]! += 1
  const rarity = holders.map((count) => Math.log((1 + rows) / (1 + count)) + 1)
  for (let start = 0; start < data.length; start += cols) {
    let squares = 0
    for (let j = 0; j < cols; j++) {
      const count = data[start + j]!
      const weight = Math.sign(count) * Math.log1p(Math.abs(count)) * rarity[j]!
      data[start + j] = weight
      squares += weight * weight
    }
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0
    for (let j = 0; j < cols; j++) data[start + j]! *= scale
  }
}
