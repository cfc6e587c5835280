import { join } from 'node:path'
import { makeRng } from '../../src/core/rng.ts'
import { kMeans } from '../../src/tensor/k-means.ts'
import type { Matrix } from '../../src/tensor/matrix.ts'
import { nearestNeighbours } from '../../src/tensor/nearest-neighbours.ts'
import { readNpy, writeNpy } from '../../src/tensor/npy.ts'
import { principalComponents } from '../../src/tensor/principal-components.ts'
import { drawClusters } from './synthetic.ts'
import { sizeOf, type Input, type KernelTask, type Opened } from './task.ts'

const dims = 512
const clusters = 500
const components = 64
const neighbours = 10

/** Neighbours, clusters and principal components of the same points. */
export function tasks(shrink: number): KernelTask[] {
  const n = 50_000 / shrink
  const input = points(n)
  const openPoints = (open: (x: Matrix) => Opened) => async (folder: string) =>
    open(await readNpy(join(folder, 'features.npy')))
  return [
    {
      name: 'exact 10-NN',
      size: sizeOf(n, dims),
      aim: { peerTime: 1 / 0.8 },
      input,
      peers: [{ name: 'faiss IndexFlatL2', script: 'nearest_neighbours.py' }],
      open: openPoints((x) => ({ run: () => nearestNeighbours(x, x, neighbours) })),
    },
    {
      name: 'k-means',
      size: `${sizeOf(n, dims)}, ${clusters} clusters`,
      input,
      peers: [{ name: 'scikit-learn', script: 'k_means.py' }],
      quality: 'inertia',
      open: openPoints((x) => {
        let inertia = NaN
        return {
          run: async () => ({ inertia } = await kMeans(x, clusters, makeRng(1, 'k-means'))),
          quality: () => Promise.resolve(inertia),
        }
      }),
    },
    {
      name: 'PCA',
      size: `${sizeOf(n, dims)} to ${components}`,
      input,
      peers: [{ name: 'scikit-learn', script: 'principal_components.py' }],
      open: openPoints((x) => ({ run: () => principalComponents(x, components, makeRng(1, 'components')) })),
    },
  ]
}

function points(n: number): Input {
  return {
    name: `points-${n}`,
    async write(folder) {
      await writeNpy(join(folder, 'features.npy'), drawClusters(n, dims, 100, makeRng(1, 'clusters')).features)
    },
  }
}
