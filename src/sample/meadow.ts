import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { stringify } from 'yaml'
import { LabelwrightError } from '../core/error.ts'
import { makeRng, permutation } from '../core/rng.ts'
import { writeFileAtomic } from '../files/atomic-file.ts'
import { drawCaption } from './captions.ts'
import { drawMany } from './draw-many.ts'
import { longTailCounts } from './long-tail.ts'
import { drawPicture } from './picture.ts'
import { meadowSigns } from './sign.ts'
import { familyOf, meadowClasses, meadowLevels, species } from './species.ts'

export interface MeadowOptions {
  readonly seed: number
  /** Number of pictures. */
  readonly count: number
  /** How many times more often the commonest species occurs than the rarest. Default 1, balanced. */
  readonly imbalance?: number
  /** The share of pictures with a sign that tells a model what to say, in `[0, 1]`. Default 0. */
  readonly signs?: number
  /** Pictures have captions, this share of which names another species; as in an open dataset. Default: no captions. */
  readonly wrongCaptions?: number
  /** The folder to draw into; made where it is missing, its pictures of the same numbers overwritten. */
  readonly dir: string
  /** Called with the number of pictures drawn so far. */
  readonly onProgress?: (done: number) => void
}

/** Where a drawn meadow lies. */
export interface Meadow {
  /** CSV with the columns `path`, `species` and `family`. */
  readonly manifest: string
  /** YAML: `levels`, and `classes` as a tree. */
  readonly classes: string
  /** JSONL with `path` and `caption`, where captions were wanted; else null. */
  readonly captions: string | null
}

/**
 * Draws a data set of insects: `images/0001.jpg`…, `manifest.csv` and `classes.yaml`. Equal options give equal files.
 * Species come in random order, and which ones are rare is random too; a file's name tells nothing about its class.
 *
 * @throws {@link LabelwrightError} `bad-sample-options` for a count or an imbalance below 1.
 * @example
 * ```ts
 * const { manifest } = await drawMeadow({ seed: 1, count: 2000, imbalance: 20, dir: './meadow' })
 * ```
 */
export async function drawMeadow(options: MeadowOptions): Promise<Meadow> {
  const { seed, count, imbalance = 1, signs = 0, wrongCaptions, dir, onProgress } = options
  if (!Number.isInteger(count) || count < 1 || !(imbalance >= 1 && imbalance < Infinity)) {
    throw new LabelwrightError(
      'bad-sample-options',
      `A meadow of ${count} pictures with an imbalance of ${imbalance} cannot be drawn.`,
      'Give a whole count of 1 or more and a finite imbalance of 1 or more.',
    )
  }
  const drawn = speciesOrder(seed, count, imbalance)
  await mkdir(join(dir, 'images'), { recursive: true })
  await drawMany(
    count,
    async (i) => {
      const chance = makeRng(seed, 'meadow sign', i)
      const sign = chance.uniform() < signs ? meadowSigns[chance.below(meadowSigns.length)] : undefined
      const picture = drawPicture(species[drawn[i]!]!, makeRng(seed, 'meadow', i), sign)
      await writeFile(
        join(dir, picturePath(i, count)),
        await sharp(Buffer.from(picture)).jpeg({ quality: 90 }).toBuffer(),
      )
    },
    onProgress,
  )
  const rows = Array.from(drawn, (k, i) => `${picturePath(i, count)},${species[k]!.name},${familyOf[k]!.name}\n`)
  const [manifest, classes] = [join(dir, 'manifest.csv'), join(dir, 'classes.yaml')]
  await writeFileAtomic(manifest, ['path,species,family\n', ...rows])
  await writeFileAtomic(classes, stringify({ levels: meadowLevels, classes: meadowClasses }))
  if (wrongCaptions === undefined) return { manifest, classes, captions: null }
  const captions = join(dir, 'captions.jsonl')
  const lines = Array.from(drawn, (k, i) => {
    const caption = drawCaption(k, wrongCaptions, makeRng(seed, 'meadow caption', i))
    return `${JSON.stringify({ path: picturePath(i, count), caption })}\n`
  })
  await writeFileAtomic(captions, lines)
  return { manifest, classes, captions }
}

/** The species of each picture, shape `[count]`. */
function speciesOrder(seed: number, count: number, imbalance: number): Int32Array {
  const rng = makeRng(seed, 'meadow species')
  const commonestFirst = permutation(species.length, rng)
  const counts = longTailCounts(count, species.length, imbalance)
  const sorted = Array.from(counts).flatMap((n, rank) => Array.from({ length: n }, () => commonestFirst[rank]!))
  return permutation(count, rng).map((i) => sorted[i]!)
}

function picturePath(index: number, count: number): string {
  return `images/${String(index + 1).padStart(Math.max(4, String(count).length), '0')}.jpg`
}
