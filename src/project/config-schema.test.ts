import { expect, test } from 'vitest'
import type { LabelwrightError } from '../core/error.ts'
import { strategyNames } from '../strategies/strategies.ts'
import { parseConfig } from './read-config.ts'

/** What the error says, line by line. */
function problemsOf(text: string): string[] {
  try {
    parseConfig(text, 'f')
  } catch (thrown) {
    expect(thrown).toMatchObject({ code: 'bad-config', fix: 'Correct the file, then run the command again.' })
    return (thrown as LabelwrightError).problem.split('\n').map((line) => line.replace(/^f:/, ''))
  }
  return []
}

const anna = '{ id: anna, kind: human, hourly: 30 }'
/** A good file but for one line more, the fifth. */
const withLine = (line: string): string => `dataset: d
classes: [a, b]
annotators: [${anna}]
target: { accuracy: 0.9 }
${line}
`

test.each([
  ['startegy: margin', '5:1: startegy means nothing here: did you mean "strategy"?'],
  ['strategy: magic', `5:11: strategy is "magic": write one of ${strategyNames.join(', ')}.`],
  ['budget: 0', '5:9: budget is 0: write an amount above 0, such as 200'],
  ['budget: { amount: lots }', '5:19: budget.amount is "lots": write an amount above 0, such as 200'],
  ['budget: { amount: 1, currency: 5 }', '5:32: budget.currency is 5: write a currency, such as EUR.'],
  ['seed: -1', '5:7: seed is -1: write a whole number from 0.'],
  ['seed: 0.5', '5:7: seed is 0.5: write a whole number from 0.'],
  ['rounds: 0', '5:9: rounds is 0: write a whole number from 1.'],
  ['start: few', '5:8: start is "few": write a whole number from 0, such as 30.'],
  ['batch: 0', '5:8: batch is 0: write a whole number from 1, such as 50, or { least: 10, share: 0.15 }.'],
  ['batch: { share: 2 }', '5:17: batch.share is 2: write a share from 0 to 1, such as 0.15.'],
  ['batch: 15%', '5:8: batch is "15%": write a whole number from 1, such as 50, or { least: 10, share: 0.15 }.'],
  ['iso: fast', '5:6: iso is "fast": write { choice: fixed-ratio, weakShare: 0.5 }.'],
  ['iso: { matrix: exact }', '5:16: iso.matrix is "exact": write smoothed, plain, none.'],
  ['iso: { weakshare: 0.5 }', '5:8: iso.weakshare means nothing here: did you mean "weakShare"?'],
  ['prior: { rho: 0 }', '5:15: prior.rho is 0: write a share above 0, up to 1, such as 0.3.'],
  ['prior: { guard: maybe }', '5:17: prior.guard is "maybe": write true or false.'],
  ['audit: true', '5:8: audit is true: write false, or { items: 200 }.'],
  ['audit: { items: 0 }', '5:17: audit.items is 0: write a whole number from 1.'],
  ['encoder: clip', '5:10: encoder is "clip": write builtin, onnx:./encoder.onnx, hf:<model> or ./features.npy.'],
  ['labels: truth', '5:9: labels is "truth": write { truth: label }.'],
  ['"a\\e[31m": 1', '5:1: ["a\\u001b[31m"] means nothing here: the keys here are dataset'],
])('the line %s is refused', (line, problem) => {
  expect(problemsOf(withLine(line))[0]).toContain(problem)
})

test.each([
  ['seed: 1', { iso: {}, prior: {}, batch: null }],
  ['batch: 50', { batch: { least: 50, share: 0 } }],
  ['batch: { share: 0.3 }', { batch: { least: 10, share: 0.3 } }],
  ['batch: { least: 5 }', { batch: { least: 5, share: 0.15 } }],
  ['iso: { choice: fixed-ratio, weakShare: 0.2, refresh: }', { iso: { choice: 'fixed-ratio', weakShare: 0.2 } }],
  ['prior: { rho: 1, guard: false, annotator: clip }', { prior: { rho: 1, guard: false, annotator: 'clip' } }],
])('the line %s says how a strategy goes about it', (line, said) => {
  expect(parseConfig(withLine(line), 'f')).toMatchObject(said)
})

test.each([
  ['5', '1:10: dataset is 5: write the path of a folder of pictures, or of a CSV, TSV or JSONL manifest.'],
  ['{ open: { index: o.jsonl } }', '1:10: dataset.path is missing: write the path of a folder'],
  [
    '{ path: d, open: ./o.jsonl }',
    '1:27: dataset.open is "./o.jsonl": write { index: ./open.parquet, images: ./open-images }.',
  ],
  [
    '{ path: d, open: { images: i } }',
    '1:27: dataset.open.index is missing: write the path of a Parquet or JSONL file with',
  ],
  [
    '{ path: d, open: { index: o, caption: 1 } }',
    '1:48: dataset.open.caption is 1: write the name of a column of the index.',
  ],
  ['{ path: d, open: { index: o, minsimilarity: 0 } }', 'did you mean "minSimilarity"?'],
  ['{ path: d, open: { index: o, minSimilarity: 0 } }', 'dataset.open.minSimilarity needs features to compare with'],
  ['{ path: d, open: { index: [a, b], features: c } }', 'dataset.open.features has 1 files for 2 of the index'],
  ['{ path: d, open: { index: o, ambiguous: maybe } }', 'dataset.open.ambiguous is "maybe": write drop or first.'],
])('the dataset %s is refused', (dataset, problem) => {
  const text = `dataset: ${dataset}\nclasses: [a]\nannotators: [${anna}]\nbudget: 1\n`
  expect(problemsOf(text).join()).toContain(problem)
})

test.each([
  ['accuracy: 95', '4:21: target.accuracy is 95: write a share between 0 and 1, such as 0.95.'],
  ['confidence: 0.9', '4:9: target.accuracy is missing: write a share between 0 and 1, such as 0.95.'],
])('the target { %s } is refused', (keys, problem) => {
  const text = `dataset: d\nclasses: [a]\nannotators: [${anna}]\ntarget: { ${keys} }\n`
  expect(problemsOf(text)).toEqual([problem])
})

test.each([
  ['', '2:1: classes is missing: write the path of a file, or a list such as [bee, moth].'],
  ['classes:', '1:1: classes is missing: write the path of a file, or a list such as [bee, moth].'],
  ['classes: [a, [b]]', '1:14: classes[1] cannot be used, as a name, or a class with a name, must stand here: write'],
  ['classes:\n  bee: honeybee', '2:8: classes.bee cannot be used, as a list of classes must stand here'],
  ['classes: [a, A]', '1:10: classes cannot be used. At level "class", the classes "a" and "A" are both called "a".'],
  ['classes: []', '1:10: classes cannot be used. The list of classes is empty. Name at least one class.'],
])('the classes %j are refused', (classes, problem) => {
  const text = `${classes}\ndataset: d\nannotators: [${anna}]\nbudget: 1\n`
  expect(problemsOf(text).join('\n')).toContain(problem)
})

test('two annotators of one name are refused', () => {
  const text = `dataset: d\nclasses: [a]\nbudget: 1\nannotators:\n  - ${anna}\n  - ${anna}\n`
  expect(problemsOf(text)).toEqual(['6:11: annotators[1].id is taken by annotators[0]: write another id.'])
})

test('without a budget there must be a target', () => {
  expect(problemsOf(`dataset: d\nclasses: [a]\nannotators: [${anna}]\n`)).toEqual([
    '1:1: The file says neither what may be spent nor what is to be reached: write budget: 200, or target: { accuracy: 0.95 }.',
  ])
})

test('all problems are told at once, in the order of the lines', () => {
  const problems = problemsOf(`datset: d
strategy: magic
annotators:
  - { id: anna, kind: human, hourly: much, secnods: {} }
  - { id: v, kind: vlm, model: m }
classes: [a]
`)
  expect(
    problems.map((problem) =>
      problem
        .split(/: | is | means | says /)
        .slice(0, 2)
        .join(' '),
    ),
  ).toEqual([
    '1:1 dataset',
    '1:1 datset',
    '1:1 The file',
    '2:11 strategy',
    '4:38 annotators[0].hourly',
    '4:44 annotators[0].secnods',
    '5:5 annotators[1] has no address',
  ])
})

test.each([
  ['', '1:1: The file is empty: write keys such as dataset, classes and annotators.'],
  ['- a', '1:1: The file is a list: write keys such as dataset, classes and annotators.'],
  ['dataset: d\ndataset: e\n', '2:1: Map keys must be unique.'],
  ['dataset: d\n---\nclasses: c\n', '2:1: A second document begins.'],
  ['dataset: *d\n', '1:1: Unresolved alias'],
  ['dataset: [d\nclasses: c\n', '2:1: Flow sequence in block collection'],
  [`dataset: ${'['.repeat(20_000)}`, '1:'],
  [
    ['a: &a0 [x]', ...Array.from({ length: 9 }, (_, i) => `b${i}: &a${i + 1} [${`*a${i}, `.repeat(9)}x]`)].join('\n'),
    '1:1: ',
  ],
])('a file that holds %.20j is refused', (text, problem) => {
  expect(problemsOf(text)[0]).toContain(problem)
})
