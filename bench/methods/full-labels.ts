import { scoresOf, shareRight } from '../../src/campaign/simulation/scores.ts'
import { classIndex, levelNamed } from '../../src/core/taxonomy.ts'
import type { ImmediateAnnotator } from '../../src/annotators/annotator.ts'
import { labelEvidence } from '../../src/learners/evidence.ts'
import { fitLinearHead, predictProbs } from '../../src/learners/linear-head.ts'
import { preparedHeadOptions } from '../../src/learners/prepare-features.ts'
import { argmaxRows } from '../../src/tensor/matrix.ts'
import type { OpenDataset } from './dataset.ts'
import type { FullLabelsResult } from './job.ts'

/** What the campaigns' head learns when people label every item of the pool, in turn and with their errors. */
export async function measureFullLabels(data: OpenDataset, seed: number): Promise<Omit<FullLabelsResult, 'seconds'>> {
  const { items, taxonomy, features, test, truth } = data
  const people = data.people(seed)
  const labels = await Promise.all(items.map((_, i) => answerOf(data, people[i % people.length]!, i)))
  const head = await fitLinearHead(features, labelEvidence(labels, taxonomy.k), preparedHeadOptions)
  const onTest = scoresOf(argmaxRows(await predictProbs(head, test.features)), test.truth, taxonomy.k)
  const inPool = scoresOf(Int32Array.from(labels), truth, taxonomy.k)
  const counts = new Int32Array(taxonomy.k)
  for (const y of truth) counts[y]!++
  return {
    seed,
    items: items.length,
    rarest: Math.min(...counts),
    reached: {
      testAccuracy: onTest.accuracy,
      balancedAccuracy: onTest.balancedAccuracy,
      macroF1: onTest.macroF1,
      poolAccuracy: inPool.accuracy,
      balancedPoolAccuracy: inPool.balancedAccuracy,
    },
    models: await Promise.all(data.models.map(async (model) => ({ id: model.id, right: await rightOf(data, model) }))),
  }
}

async function rightOf(data: OpenDataset, model: ImmediateAnnotator): Promise<number> {
  const said = await Promise.all(data.items.map((_, i) => answerOf(data, model, i)))
  const { groupOf } = levelNamed(data.taxonomy, levelOf(model))
  return shareRight(
    Int32Array.from(said),
    data.truth.map((y) => groupOf[y]!),
  )
}

/** The class that is named first, at the annotator's level; -1 where there is none. */
async function answerOf(
  { items, taxonomy }: OpenDataset,
  annotator: ImmediateAnnotator,
  item: number,
): Promise<number> {
  const level = levelOf(annotator)
  const signal = new AbortController().signal
  const { answer } = await annotator.ask(items[item]!, { kind: 'classify', level }, signal)
  return answer.kind === 'label' ? classIndex(levelNamed(taxonomy, level))(answer.label) : -1
}

function levelOf({ id, questions: [question] }: ImmediateAnnotator): string {
  if (question?.kind !== 'classify') throw new Error(`${id} names no classes.`)
  return question.level
}
