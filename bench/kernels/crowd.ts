import { join } from 'node:path'
import { crowdlab } from '../../src/channels/crowdlab.ts'
import { dawidSkene } from '../../src/channels/dawid-skene.ts'
import { glad } from '../../src/channels/glad.ts'
import { mace } from '../../src/channels/mace.ts'
import { makeVotes, type Votes } from '../../src/channels/votes.ts'
import { makeRng, type Rng } from '../../src/core/rng.ts'
import { readNpy } from '../../src/tensor/npy.ts'
import { drawLabels, readIntegers, writeIntegers, writePredProbs } from './synthetic.ts'
import { sizeOf, type Input, type KernelTask, type Opened } from './task.ts'

const annotators = 50
const votesPerItem = 5
const classes = 10

/** Truth from the votes of a crowd. */
export function tasks(shrink: number): KernelTask[] {
  const items = 10_000 / shrink
  const ofVotes = (name: string, effort: string, run: (votes: Votes) => unknown) => ({
    name,
    size: `${sizeOf(items)} items, ${sizeOf(items * votesPerItem)} votes, ${effort}`,
    input: crowd(items),
    open: async (folder: string): Promise<Opened> => {
      const votes = await readVotes(folder)
      return { run: () => run(votes) }
    },
  })
  const crowdKit = (detail: string, recordedSeconds: number) => ({
    peers: [{ name: 'crowd-kit', script: 'crowd.py', detail, recordedSeconds }],
  })
  return [
    {
      ...ofVotes('Dawid–Skene', '100 iterations', (votes) => dawidSkene(votes, { maxIterations: 100, tolerance: 0 })),
      ...crowdKit('DawidSkene', 0.59),
      aim: { seconds: 0.06 },
      whyMissed:
        'two cycles per vote, class and pass: loads, bounds checks, read-modify-write of counts; 0.061 to 0.064 s when the cores are ours alone, half as much again when not',
    },
    {
      ...ofVotes('GLAD', '20 iterations', (votes) => glad(votes, { maxIterations: 20, tolerance: 0 })),
      ...crowdKit('GLAD', 24),
      aim: { seconds: 1 },
    },
    {
      ...ofVotes('MACE', '10 starts of 50 iterations', (votes) =>
        mace(votes, makeRng(1, 'mace'), { restarts: 10, maxIterations: 50, tolerance: 0 }),
      ),
      ...crowdKit('MACE', 7.6),
    },
    {
      ...ofVotes('CROWDLAB', 'probabilities', () => undefined),
      aim: { seconds: 0.1 },
      peers: [{ name: 'cleanlab', script: 'crowdlab.py', recordedSeconds: 0.56 }],
      async open(folder) {
        const votes = await readVotes(folder)
        const predProbs = await readNpy(join(folder, 'pred_probs.npy'))
        return { run: () => crowdlab(votes, predProbs) }
      },
    },
  ]
}

/** Fifty annotators, right 50 to 95 % of the time and else anywhere, and five of them on each item; a classifier beside them. */
function crowd(items: number): Input {
  return {
    name: `crowd-${items}`,
    async write(folder) {
      const rng = makeRng(1, 'crowd')
      const truth = drawLabels(items, classes, rng)
      const skills = Array.from({ length: annotators }, () => 0.5 + 0.45 * rng.uniform())
      const panel = Array.from(truth, () => drawPanel(rng)).flat()
      const label = panel.map((who, vote) => {
        const right = truth[Math.floor(vote / votesPerItem)]!
        return rng.uniform() < skills[who]! ? right : rng.below(classes)
      })
      const item = panel.map((_, vote) => Math.floor(vote / votesPerItem))
      await writeIntegers(join(folder, 'item.npy'), Int32Array.from(item))
      await writeIntegers(join(folder, 'annotator.npy'), Int32Array.from(panel))
      await writeIntegers(join(folder, 'label.npy'), Int32Array.from(label))
      await writePredProbs(join(folder, 'pred_probs.npy'), truth, classes, rng)
    },
  }
}

function drawPanel(rng: Rng): number[] {
  const panel = new Set<number>()
  while (panel.size < votesPerItem) panel.add(rng.below(annotators))
  return [...panel]
}

async function readVotes(folder: string): Promise<Votes> {
  const item = await readIntegers(folder, 'item.npy')
  return makeVotes({
    items: item.length / votesPerItem,
    annotators,
    classes,
    item,
    annotator: await readIntegers(folder, 'annotator.npy'),
    label: await readIntegers(folder, 'label.npy'),
  })
}
