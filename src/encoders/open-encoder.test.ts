import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { matrix } from '../tensor/matrix.ts'
import { writeNpy } from '../tensor/npy.ts'
import { openEncoder } from './open-encoder.ts'

test('the built-in encoder is another one for pictures than for texts', async () => {
  expect((await openEncoder('builtin', '.', 'image')).id).toMatch(/^builtin-image/)
  expect((await openEncoder('builtin', '.', 'text')).id).toMatch(/^builtin-text/)
})

test('paths are relative to the project', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'labelwright-open-'))
  try {
    await writeNpy(join(folder, 'features.npy'), matrix(1, 1))
    expect((await openEncoder('./features.npy', folder, 'image')).id).toMatch(/^npy-/)
  } finally {
    await rm(folder, { recursive: true })
  }
})

test.for([
  ['hf:onnx-community/siglip2', 'image', 'not-built'],
  ['onnx:./encoder.onnx', 'text', 'wrong-item-kind'],
  ['onnx:./encoder.onnx', 'image', 'missing-preprocessing'],
  ['clip', 'image', 'unknown-encoder'],
] as const)('"%s" for %s items: %s', async ([spec, itemKind, code]) => {
  await expect(openEncoder(spec, tmpdir(), itemKind)).rejects.toMatchObject({ code })
})
