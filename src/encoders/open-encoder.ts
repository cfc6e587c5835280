import { resolve } from 'node:path'
import { LabelwrightError } from '../core/error.ts'
import { makeBuiltinImageEncoder } from './builtin-image.ts'
import { makeBuiltinTextEncoder } from './builtin-text.ts'
import type { Encoder } from './encoder.ts'
import { openNpyFeatures } from './npy-features.ts'
import { openOnnxImageEncoder } from './onnx-image.ts'

/**
 * Opens the encoder that a project names.
 *
 * @param spec - `builtin`, `onnx:` and a path to an `.onnx` or its `.json`, or a path ending in `.npy`.
 * @param baseDir - What relative paths are relative to.
 * @param itemKind - What the dataset holds; regions are images.
 * @throws {@link LabelwrightError} `unknown-encoder`, `wrong-item-kind`, `not-built`, or what opening the encoder throws.
 */
export async function openEncoder(spec: string, baseDir: string, itemKind: 'image' | 'text'): Promise<Encoder> {
  if (spec === 'builtin') return itemKind === 'image' ? makeBuiltinImageEncoder() : makeBuiltinTextEncoder()
  if (spec.endsWith('.npy')) return openNpyFeatures(resolve(baseDir, spec))
  if (spec.startsWith('onnx:')) {
    if (itemKind === 'image') return openOnnxImageEncoder(resolve(baseDir, spec.slice('onnx:'.length)))
    throw new LabelwrightError(
      'wrong-item-kind',
      `The encoder "${spec}" reads pictures, but the dataset holds texts.`,
      'Use "builtin", or features made elsewhere as "./features.npy".',
    )
  }
  if (spec.startsWith('hf:')) {
    throw new LabelwrightError(
      'not-built',
      `The encoder "${spec}" would come from Hugging Face, which this version cannot read.`,
      'Export the model to ONNX and name it as "onnx:./encoder.onnx".',
    )
  }
  throw new LabelwrightError(
    'unknown-encoder',
    `There is no encoder "${spec}".`,
    'Use "builtin", "onnx:./encoder.onnx" or "./features.npy".',
  )
}
