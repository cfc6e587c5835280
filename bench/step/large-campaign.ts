import { join } from 'node:path'
import type { Annotator } from '../../src/annotators/annotator.ts'
import type { Campaign } from '../../src/campaign/campaign.ts'
import type { Answer } from '../../src/core/answer.ts'
import type { Item } from '../../src/core/item.ts'
import type { Question } from '../../src/core/question.ts'
import { expectedCost } from '../../src/core/price.ts'
import { makeRng, permutation } from '../../src/core/rng.ts'
import { fineLevel, makeTaxonomy } from '../../src/core/taxonomy.ts'
import { dealFolds } from '../../src/learners/out-of-fold.ts'
import { prepareFeatures } from '../../src/learners/prepare-features.ts'
import { openSqliteStore } from '../../src/store/sqlite-store.ts'
import type { LedgerEntry } from '../../src/store/store.ts'
import { readNpy, writeNpy } from '../../src/tensor/npy.ts'
import { drawClusters, readIntegers, writeIntegers } from '../kernels/synthetic.ts'
import { standIn, twoPeople } from '../methods/annotators.ts'
import { classes, type StepCase } from './step-case.ts'

/** A class is several clouds: else a handful of labels would say everything. */
const clouds = 5 * classes
const modelIsRight = 0.7
/** Beside each labelled item so many have one class ruled out. */
const denials = 0.1

/** Writes the features of a campaign, and the classes. */
export async function writeInput(folder: string, { items, dimensions }: StepCase): Promise<void> {
  const { features, labels } = drawClusters(items, 512, clouds, makeRng(1, 'step'))
  await writeNpy(join(folder, 'features.npy'), await prepareFeatures(features, makeRng(1, 'features'), dimensions))
  await writeIntegers(
    join(folder, 'truth.npy'),
    labels.map((cloud) => cloud % classes),
  )
}

/** The campaign in the middle, and everything that was answered before. */
export async function openCampaign(
  folder: string,
  { strategy, labels, answers }: StepCase,
): Promise<{ campaign: Campaign; ledger: LedgerEntry[] }> {
  const features = await readNpy(join(folder, 'features.npy'))
  const truth = await readIntegers(folder, 'truth.npy')
  const taxonomy = makeTaxonomy(Array.from({ length: classes }, (_, y) => ({ name: `c${y}` })))
  const items = Array.from(truth, (y, i): Item => ({
    id: `i${i}`,
    source: { kind: 'text', text: `i${i}` },
    labels: { class: `c${y}` },
  }))
  const fine = fineLevel(taxonomy)
  const said = guesses(truth)
  const people = twoPeople(taxonomy, 1)
  const model = standIn('model', taxonomy, fine.name, new Map(items.map(({ id }, i) => [id, said[i]!])))
  const campaign: Campaign = {
    store: await openSqliteStore(':memory:'),
    items,
    taxonomy,
    pool: { features, folds: dealFolds(items.length, makeRng(1, 'folds')), k: classes },
    annotators: [...people, ...(answers > 0 ? [model] : [])],
    plan: { strategy, budget: Infinity, target: null, start: 100, auditItems: 0, rounds: Infinity, seed: 1 },
  }
  const shuffled = [...permutation(items.length, makeRng(1, 'answers'))]
  const classify = { kind: 'classify', level: fine.name } as const
  const label = (y: number): Answer => ({ kind: 'label', label: fine.classes[y]!.name })
  const known = shuffled.slice(0, labels + denials * labels)
  const ledger = [
    ...known.slice(0, labels).map((i, at) => heard(people[at % 2]!, i, classify, label(truth[i]!))),
    ...known.slice(labels).map((i, at) => {
      const wrong = fine.classes[(truth[i]! + 1) % classes]!.name
      return heard(people[at % 2]!, i, { kind: 'verify', label: wrong }, { kind: 'verdict', approved: false })
    }),
    // The model was asked without regard to what people know.
    ...[...permutation(items.length, makeRng(2, 'answers'))]
      .slice(0, answers)
      .map((i) => heard(model, i, classify, label(said[i]!))),
  ]
  return { campaign, ledger }
}

/** What the model says of each item. */
function guesses(truth: Int32Array): Int32Array {
  const rng = makeRng(1, 'model')
  return truth.map((y) => (rng.uniform() < modelIsRight ? y : rng.below(classes)))
}

function heard({ id, price }: Annotator, item: number, question: Question, answer: Answer): LedgerEntry {
  const cost = expectedCost(price, question)
  return { annotator: id, item, question, answer, attempt: 0, cost, seconds: null, round: 0, purpose: 'learn' }
}
