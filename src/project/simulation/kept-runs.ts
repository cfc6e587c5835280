import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { SimulatedCurve } from '../../campaign/simulation/curve.ts'
import { writeFileAtomic } from '../../files/atomic-file.ts'
import { hashOf, hashText } from '../../files/content-hash.ts'
import type { Matrix } from '../../tensor/matrix.ts'
import type { Run } from './run.ts'
import type { World } from './world.ts'

const share = z.number().nullable()
const curveSchema = z.object({
  strategy: z.string(),
  seed: z.number(),
  points: z.array(
    z.object({
      spent: z.number(),
      answers: z.record(z.string(), z.number()),
      poolAccuracy: z.number(),
      balancedPoolAccuracy: z.number(),
      testAccuracy: share,
      balancedAccuracy: share,
      macroF1: share,
    }),
  ),
})

/** Finished runs in a world, one file each: a simulation that was killed goes on after them. */
export interface KeptRuns {
  readonly folder: string
  /** Null where it has not been played, or its file is damaged or about another run. */
  read(run: Run): Promise<SimulatedCurve | null>
  write(run: Run, curve: SimulatedCurve): Promise<void>
}

/**
 * Opens what is kept of a world; anything that is changed in it makes another world.
 *
 * @param folder - Of all simulations.
 * @param version - Of Labelwright: another one may play otherwise.
 */
export function openKeptRuns(folder: string, world: World, version: string): KeptRuns {
  const { features, open, ...rest } = world
  const ofOpen = open && { labels: [...open.labels], features: hashOfMatrix(open.features) }
  const own = join(folder, hashOf([version, rest, hashOfMatrix(features), ofOpen]).slice(0, 16))
  // Options hold what no file's name may on Windows, and ids that differ in case alone.
  const fileOf = ({ contestant: { name, strategy }, seed }: Run): string =>
    join(own, `${name === strategy ? strategy : `${strategy}-${hashText(name)}`}-${seed}.json`)
  return {
    folder: own,
    read: async (run) => {
      const text = await readFile(fileOf(run), 'utf8').catch(() => 'null')
      try {
        const curve = curveSchema.parse(JSON.parse(text))
        return curve.strategy === run.contestant.name && curve.seed === run.seed ? curve : null
      } catch {
        return null
      }
    },
    write: (run, curve) => writeFileAtomic(fileOf(run), JSON.stringify(curve)),
  }
}

function hashOfMatrix({ data, rows, cols }: Matrix): string {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return createHash('sha256').update(`${rows} x ${cols}`).update(bytes).digest('hex')
}
