import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { levelNamed, makeTaxonomy, type ClassSpec } from '../../../core/taxonomy.ts'
import { readLabel } from './read-label.ts'
import { said } from './said.ts'
import { makeVocabulary } from './vocabulary.ts'

const data = process.env['LABELWRIGHT_DATA'] ?? join(import.meta.dirname, '../../../../../shared/data')
const replies = join(data, 'vlm_gpt4v_zeroshot')

interface Grades {
  /** Of all items: those named rightly, and those whose answer is none of the classes. An item without an answer is neither. */
  readonly right: number
  readonly outside: number
  /** By rule, how many answers it read, and how many of them rightly. */
  readonly rules: Readonly<Record<string, readonly [answers: number, right: number]>>
}

/** Reads the first of each ranked list as a plain reply. */
async function grade(set: string, classes: readonly ClassSpec[], truthOf = (name: string) => name): Promise<Grades> {
  const [replied, truths] = await Promise.all(
    ['pred', 'gt'].map(
      async (part) => JSON.parse(await readFile(join(replies, `${set}_${part}.json`), 'utf8')) as unknown,
    ),
  )
  const vocabulary = makeVocabulary(classes)
  const rules = new Map<string, [number, number]>()
  let right = 0
  let outside = 0
  const items = Object.entries(truths as Record<string, string>)
  for (const [item, truth] of items) {
    const text = (replied as Record<string, string[] | undefined>)[item]?.[0] ?? ''
    const { answer, rule } = readLabel(said(text), vocabulary)
    const isRight = answer.kind === 'label' && answer.label === truthOf(truth.replaceAll('_', ' '))
    const count = rules.get(rule) ?? [0, 0]
    rules.set(rule, [count[0] + 1, count[1] + Number(isRight)])
    right += Number(isRight)
    outside += Number(answer.kind === 'outside')
  }
  return { right: right / items.length, outside: outside / items.length, rules: Object.fromEntries(rules) }
}

async function classesOf(set: string): Promise<readonly ClassSpec[]> {
  const truths = JSON.parse(await readFile(join(replies, `${set}_gt.json`), 'utf8')) as Record<string, string>
  return [...new Set(Object.values(truths))].map((name) => ({ name: name.replaceAll('_', ' ') }))
}

async function aircraft(): Promise<{ classes: readonly ClassSpec[]; makerOf: ReadonlyMap<string, string> }> {
  const table = await readFile(join(data, 'hierarchies/fgvc_aircraft_variant_family_manufacturer.tsv'), 'utf8')
  const rows = table
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t') as [string, string, string])
  const makers = Map.groupBy(rows, ([, , maker]) => maker)
  const classes = Array.from(makers, ([name, planes]) => ({
    name,
    classes: planes.map(([variant]) => ({ name: variant })),
  }))
  return { classes, makerOf: new Map(rows.map(([variant, , maker]) => [variant, maker])) }
}

const withData = test.skipIf(!existsSync(replies))

// A separate script counts 1,888 and 2,746 of 3,333 for folded names alone (.566, .824). The guesses besides: 717 (9), 717-200 (3),
// DHC-8-400 (4), Tupolev Tu-134 (1).
withData("GPT-4V names 56.9 % of the aircraft's variants and 82.9 % of their makers rightly", async () => {
  const { classes, makerOf } = await aircraft()
  const taxonomy = makeTaxonomy(classes, ['maker', 'variant'])
  const variant = await grade('aircraft', levelNamed(taxonomy, 'variant').classes)
  const maker = await grade('aircraft', levelNamed(taxonomy, 'maker').classes, (name) => makerOf.get(name)!)
  expect(variant).toEqual({
    right: 1898 / 3333,
    outside: 20 / 3333,
    rules: {
      'line/exact': [3296, 1883],
      'line/folded': [6, 5],
      'line/nearest': [9, 9],
      'prose/folded': [1, 1],
      'prose/outside': [20, 0],
      unread: [1, 0],
    },
  })
  expect(maker).toEqual({
    right: 2763 / 3333,
    outside: 13 / 3333,
    rules: {
      'line/finer': [3302, 2746],
      'line/nearest': [16, 16],
      'prose/folded': [1, 1],
      'prose/outside': [13, 0],
      unread: [1, 0],
    },
  })
})

// Right answers of folded names alone as a separate script counts them, and the guesses, all right, that misspellings and mentions add.
withData.each([
  ['pets', 3317, 2, 33, 3669],
  ['caltech101', 1175, 1, 3, 1252],
  ['dtd', 951, 9, 73, 1692],
  ['eurosat', 1898, 0, 4, 4050],
])('on %s, %i answers are right as they are spelled, and each of %i guesses is', async (...row) => {
  const [set, spelled, guessed, outside, items] = row
  const grades = await grade(set, await classesOf(set))
  const guesses = Object.entries(grades.rules).filter(([rule]) => /^prose.folded|nearest/.test(rule))
  expect(guesses.reduce((sum, [, [answers]]) => sum + answers, 0)).toBe(guessed)
  expect(grades).toMatchObject({ right: (spelled + guessed) / items, outside: outside / items })
})
