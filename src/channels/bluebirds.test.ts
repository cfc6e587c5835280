import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { argmaxRows } from '../tensor/matrix.ts'
import { dawidSkene } from './dawid-skene.ts'
import { glad } from './glad.ts'
import { mace } from './mace.ts'
import { majorityVote } from './majority-vote.ts'
import { makeVotes } from './votes.ts'

// Welinder et al., The Multidimensional Wisdom of Crowds, NIPS 2010: 39 people say of 108 pictures whether they show an indigo bunting.
const folder = join(process.env.LABELWRIGHT_DATA ?? '../shared/data', 'crowd/bluebirds_duck')
const bluebirds = test.skipIf(!existsSync(folder))

function read(name: string): number[][] {
  const [, ...lines] = readFileSync(join(folder, name), 'utf8').trim().split('\n')
  return lines.map((line) => line.split('\t').map(Number))
}

function load() {
  const [answers, truths] = [read('answers.tsv'), new Map(read('truth.tsv') as [number, number][])]
  const [tasks, workers] = [0, 1].map((column) => [...new Set(answers.map((cells) => cells[column]!))]) as [
    number[],
    number[],
  ]
  const votes = makeVotes({
    items: tasks.length,
    annotators: workers.length,
    classes: 2,
    item: Int32Array.from(answers, ([task]) => tasks.indexOf(task!)),
    annotator: Int32Array.from(answers, ([, worker]) => workers.indexOf(worker!)),
    label: Int32Array.from(answers, ([, , label]) => label!),
  })
  const right = (labels: Int32Array): number => labels.filter((y, i) => y === truths.get(tasks[i]!)).length
  return { votes, right }
}

bluebirds('the majority is right about 82 bluebirds of 108', () => {
  const { votes, right } = load()
  expect(right(majorityVote(votes).consensus)).toBe(82)
})

bluebirds('confusion matrices make it 97, and settle within 27 rounds', () => {
  const { votes, right } = load()
  const { posterior, prior, iterations } = dawidSkene(votes)
  expect(right(argmaxRows(posterior))).toBe(97)
  expect(prior[0]).toBeCloseTo(0.5641, 4)
  expect(prior[1]).toBeCloseTo(0.4359, 4)
  expect(iterations).toBeLessThanOrEqual(27)
  const settled = dawidSkene(votes, { maxIterations: 27, tolerance: 0 })
  const onceMore = dawidSkene(votes, { maxIterations: 28, tolerance: 0 })
  expect(right(argmaxRows(settled.posterior))).toBe(97)
  expect(onceMore.prior[0]! - settled.prior[0]!).toBeCloseTo(0, 10)
})

bluebirds('models without bias fall behind the majority: one coin 63, GLAD 78', () => {
  const { votes, right } = load()
  expect(right(argmaxRows(dawidSkene(votes, { model: 'one-coin' }).posterior))).toBe(63)
  expect(right(argmaxRows(glad(votes).posterior))).toBe(78)
})

bluebirds('habits of guessing explain much of it: MACE is right about 90 or more', () => {
  const { votes, right } = load()
  expect(right(argmaxRows(mace(votes, makeRng(1, 'mace'), { restarts: 3 }).posterior))).toBeGreaterThanOrEqual(90)
})
