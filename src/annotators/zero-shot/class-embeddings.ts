import type { Tensor } from 'onnxruntime-node'
import { LabelwrightError } from '../../core/error.ts'
import { loadRuntime } from '../../tensor/kernel.ts'
import { matrix, row, rowsView, type Matrix } from '../../tensor/matrix.ts'
import { unitRows } from '../../tensor/unit-rows.ts'
import type { Tokenize } from './sentences.ts'
import type { Tower } from './tower.ts'

/** Sentences per run: more gain nothing on a processor. */
const usualBatch = 32

/**
 * One vector per class: its name is put into every template, and the sentences' unit vectors are averaged and scaled to length 1 again.
 *
 * @param names - Of `k` classes.
 * @param templates - Each with `{}` where the name goes.
 * @returns Shape `[k, d]`.
 * @throws {@link LabelwrightError} `bad-template` for one without `{}`, or none at all.
 * @see Radford et al., ICML 2021, section 3.1.4 (prompt ensembles in embedding space).
 */
export async function embedClasses(
  names: readonly string[],
  templates: readonly string[],
  tower: Tower,
  tokenize: Tokenize,
): Promise<Matrix> {
  checkTemplates(templates)
  // Identifiers such as basset_hound are no words that the model has read.
  const sentences = names.flatMap((name) =>
    templates.map((template) => template.replaceAll('{}', () => name.replaceAll('_', ' '))),
  )
  const vectors = await embedSentences(sentences, tower, tokenize)
  const sums = matrix(names.length, vectors.cols)
  for (let i = 0; i < vectors.rows; i++) {
    const sum = row(sums, Math.floor(i / templates.length))
    const vector = row(vectors, i)
    for (let j = 0; j < sum.length; j++) sum[j]! += vector[j]!
  }
  return unitRows(sums)
}

async function embedSentences(sentences: readonly string[], tower: Tower, tokenize: Tokenize): Promise<Matrix> {
  const { Tensor } = await loadRuntime()
  const [fixedBatch, fixedLength] = tower.fixed('input_ids')
  const size = fixedBatch ?? usualBatch
  const parts: Matrix[] = []
  for (let start = 0; start < sentences.length; start += size) {
    const batch = sentences.slice(start, start + size)
    const filled = [...batch, ...Array<string>(fixedBatch === undefined ? 0 : size - batch.length).fill('')]
    const { ids, mask, length } = tokenize(filled, fixedLength)
    const values: Record<string, BigInt64Array> = {
      input_ids: ids,
      attention_mask: mask,
      token_type_ids: new BigInt64Array(ids.length),
    }
    const feeds: Record<string, Tensor> = Object.fromEntries(
      tower.inputs.map((name) => [name, new Tensor('int64', values[name]!, [filled.length, length])]),
    )
    parts.push(rowsView(await tower.embed(feeds), 0, batch.length))
  }
  const cols = parts[0]!.cols
  const all = matrix(sentences.length, cols)
  parts.forEach((part, i) => all.data.set(part.data, i * size * cols))
  return all
}

function checkTemplates(templates: readonly string[]): void {
  const bad = templates.length === 0 ? '' : templates.find((template) => !template.includes('{}'))
  if (bad === undefined) return
  throw new LabelwrightError(
    'bad-template',
    `The prompt template "${bad}" has no place for the class name.`,
    'Write {} where the name goes, e.g. "a photo of a {}."',
  )
}
