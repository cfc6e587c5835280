import { framedSize } from '../../files/framed-picture.ts'
import { loadRuntime } from '../../tensor/kernel.ts'
import { row } from '../../tensor/matrix.ts'
import { packPixels } from '../../tensor/pack-pixels.ts'
import { gather } from './gather.ts'
import type { PictureInput } from './model-config.ts'
import type { Tower } from './tower.ts'

/** A framed picture's RGB bytes to its unit vector, shape `[d]`. */
export type EmbedPicture = (pixels: Uint8Array) => Promise<Float32Array>

/** Pictures that come in while others are encoded go together, up to `batch` at a time. */
export async function makePictureEmbedder(tower: Tower, input: PictureInput, batch: number): Promise<EmbedPicture> {
  const { Tensor } = await loadRuntime()
  const [fixedBatch] = tower.fixed('pixel_values')
  const shape = [3, ...framedSize(input)]
  return gather(async (pictures: readonly Uint8Array[]) => {
    const count = fixedBatch ?? pictures.length
    const pixels = packPixels(pictures, input, count)
    const vectors = await tower.embed({ pixel_values: new Tensor('float32', pixels, [count, ...shape]) })
    return pictures.map((_, i) => row(vectors, i))
  }, fixedBatch ?? batch)
}
