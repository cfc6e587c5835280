import { makeRng } from '../core/rng.ts'
import { labelEvidence } from '../learners/evidence.ts'
import { fitLinearHead, predictProbs } from '../learners/linear-head.ts'
import { matrix } from '../tensor/matrix.ts'
import { drawMany } from './draw-many.ts'
import { drawPicture } from './picture.ts'
import { findSign, type Sign } from './sign.ts'
import { glimpse, sightDims, sightFeatures } from './sight.ts'
import { species } from './species.ts'

/** What a glance at a picture told. */
export interface Glance {
  /** Probability of each species, shape `[species.length]`. */
  readonly probs: Float32Array
  /** The picture's width times height in pixels. */
  readonly area: number
  /** The sign in it that tells a model what to say; the animal is looked at all the same. */
  readonly sign: Sign | null
}

/** Looks at an encoded picture. Throws what sharp throws when it is none. */
export type GlanceModel = (picture: Uint8Array) => Promise<Glance>

// 30 of each species: more would see too well for a model that is meant to err.
const lessons = 30 * species.length

/**
 * Teaches a small model the species from pictures of a meadow of its own, drawn in memory; it shares no picture with any that
 * `drawMeadow` draws, whatever the seed.
 *
 * @param onProgress - Called with the number of pictures drawn so far, and how many there will be.
 */
export async function trainGlanceModel(
  seed: number,
  onProgress?: (done: number, total: number) => void,
): Promise<GlanceModel> {
  const features = matrix(2 * lessons, sightDims)
  await drawMany(
    lessons,
    async (i) => {
      const picture = drawPicture(species[i % species.length]!, makeRng(seed, 'demo vlm lesson', i))
      const { pixels } = await glimpse(Buffer.from(picture))
      features.data.set(sightFeatures(pixels), 2 * i * sightDims)
      features.data.set(sightFeatures(pixels, true), (2 * i + 1) * sightDims)
    },
    onProgress && ((done) => onProgress(done, lessons)),
  )
  const labels = Int32Array.from({ length: 2 * lessons }, (_, i) => (i >> 1) % species.length)
  const head = await fitLinearHead(features, labelEvidence(labels, species.length))
  return async (picture) => {
    const { pixels, area } = await glimpse(picture)
    const probs = await predictProbs(head, matrix(1, sightDims, sightFeatures(pixels)))
    return { probs: probs.data, area, sign: findSign(pixels) }
  }
}
