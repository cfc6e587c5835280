import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeRng } from '../src/core/rng.ts'
import { crossValidatedProbs } from '../src/curation/cross-validated-probs.ts'
import { findLabelIssues } from '../src/curation/find-label-issues.ts'
import { labelQuality } from '../src/curation/label-quality.ts'
import { simiFeat } from '../src/curation/simifeat.ts'
import { readNpy } from '../src/tensor/npy.ts'
import { dataFolder, needData } from './kernels/real-data.ts'

// How well injected label errors are found in real data: precision / recall, mean of some seeds. 20 % of the labels are made wrong, uniformly
// over the other classes. Usage: npm run bench:label-noise [-- 3], the number of seeds; the data's folder is LABELWRIGHT_DATA.

const count = Number(process.argv[2] ?? 3)
if (!Number.isInteger(count) || count < 1) {
  console.error(`"${process.argv[2]}" is no number of seeds. Give a whole number from 1.`)
  process.exit(2)
}
const seeds = Array.from({ length: count }, (_, i) => i + 1)
const noiseRate = 0.2

const studies = [
  {
    name: 'CIFAR-100',
    folder: 'cifar100',
    table: 'train_dev_10k.labels.tsv',
    features: 'train_dev_10k',
    level: 'fine',
  },
  {
    name: 'CIFAR-100',
    folder: 'cifar100',
    table: 'train_dev_10k.labels.tsv',
    features: 'train_dev_10k',
    level: 'coarse',
  },
  { name: 'Grocery Store', folder: 'grocery', table: 'train.tsv', features: 'train', level: 'fine' },
  { name: 'Grocery Store', folder: 'grocery', table: 'train.tsv', features: 'train', level: 'coarse' },
]
const finders = [
  'simiFeat vote',
  'simiFeat rank',
  'prune_by_noise_rate',
  'both',
  'both and vote agree',
  'AUROC',
] as const

await needData(...studies.map(({ folder, table }) => join(folder, table)))
console.log(`| data | ${finders.join(' | ')} |\n| --- |${' --- |'.repeat(finders.length)}`)
for (const study of studies) {
  const truth = await readTruth(study)
  const features = await readNpy(join(dataFolder, study.folder, `${study.features}.mobilenetv2_pca128.f32.npy`))
  const k = Math.max(...truth) + 1
  const scores = finders.map(() => [] as number[][])
  for (const seed of seeds) {
    const rng = makeRng(seed, 'noise')
    const labels = truth.map((y) => (rng.uniform() < noiseRate ? (y + 1 + rng.below(k - 1)) % k : y))
    const isWrong = labels.map((y, i) => Number(y !== truth[i]))
    const predProbs = await crossValidatedProbs(features, labels, makeRng(seed, 'folds'), { k })
    const vote = (await simiFeat(features, labels, makeRng(seed, 'vote'), { k })).isIssue
    const rank = (await simiFeat(features, labels, makeRng(seed, 'rank'), { k, mode: 'rank' })).isIssue
    const byRate = findLabelIssues(labels, predProbs).isIssue
    const both = findLabelIssues(labels, predProbs, { filterBy: 'both' }).isIssue
    const agreed = both.map((flag, i) => flag & vote[i]!)
    for (const [at, flags] of [vote, rank, byRate, both, agreed].entries())
      scores[at]!.push(precisionRecall(flags, isWrong))
    scores[5]!.push([areaUnderCurve(labelQuality(labels, predProbs), isWrong)])
  }
  const cells = scores.map((bySeed) => {
    const parts = bySeed[0]!.map((_, part) => mean(bySeed.map((score) => score[part]!)))
    return parts.map((part) => part.toFixed(parts.length > 1 ? 2 : 3)).join(' / ')
  })
  console.log(`| ${study.name}, ${k} classes, ${truth.length.toLocaleString('en')} items | ${cells.join(' | ')} |`)
}

async function readTruth({ folder, table, level }: (typeof studies)[number]): Promise<Int32Array> {
  const [header, ...lines] = (await readFile(join(dataFolder, folder, table), 'utf8')).trimEnd().split('\n')
  const column = header!.split('\t').indexOf(level)
  return Int32Array.from(lines, (line) => Number(line.split('\t')[column]))
}

function precisionRecall(flags: Uint8Array, isWrong: Int32Array): number[] {
  let [flagged, right, wrong] = [0, 0, 0]
  for (let i = 0; i < flags.length; i++) {
    flagged += flags[i]!
    wrong += isWrong[i]!
    right += flags[i]! & isWrong[i]!
  }
  return [right / flagged, right / wrong]
}

/** The chance that a wrong label scores below a right one; ties count half. */
function areaUnderCurve(scores: Float64Array, isWrong: Int32Array): number {
  const order = [...scores.keys()].sort((a, b) => scores[a]! - scores[b]!)
  let [wrongBefore, rightBefore, below] = [0, 0, 0]
  for (let from = 0, to = 0; from < order.length; from = to) {
    let [wrong, right] = [0, 0]
    for (; to < order.length && scores[order[to]!] === scores[order[from]!]; to++) {
      wrong += isWrong[order[to]!]!
      right += 1 - isWrong[order[to]!]!
    }
    below += right * (wrongBefore + wrong / 2)
    wrongBefore += wrong
    rightBefore += right
  }
  return below / (wrongBefore * rightBefore)
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
