import { expect, test } from 'vitest'
import type { LabelwrightError } from '../core/error.ts'
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

/** A good file but for one annotator, which stands on line 5 from column 5. */
const withAnnotator = (entry: string): string => `dataset: d
classes: [a, b]
budget: 1
annotators:
  - ${entry}
`

test.each([
  ['hourly: thirty', '5:38: annotators[0].hourly is "thirty": write an amount from 0, such as 30.'],
  ['hourly: -1', '5:38: annotators[0].hourly is -1: write an amount from 0, such as 30.'],
  ['hourly: 1e300', '5:38: annotators[0].hourly is 1e+300: write an amount from 0, such as 30.'],
  ['hourley: 30', '5:30: annotators[0].hourley means nothing here: did you mean "hourly"?'],
  [
    'hourly: 1, wage: 30',
    '5:41: annotators[0].wage means nothing here: the keys here are kind, id, hourly, seconds, price, trusted, verifies.',
  ],
  ['trusted: true', '5:5: annotators[0] has no price, or two: write either hourly: 30 or price: { answer: 1 }.'],
  [
    'hourly: 1, seconds: { classify: soon }',
    '5:62: annotators[0].seconds.classify is "soon": write seconds, from 0, such as 8.',
  ],
  ['hourly: 1, seconds: 8', '5:50: annotators[0].seconds is 8: write { classify: 8, verify: 2 }.'],
  ['hourly: 1, trusted: maybe', '5:50: annotators[0].trusted is "maybe": write true or false.'],
  ['hourly: 1, verifies: 2', '5:51: annotators[0].verifies is 2: write true or false.'],
  ['price: 1', '5:37: annotators[0].price is 1: write { answer: 1, verify: 0.25 }.'],
  ['price: { verify: 0.25 }', '5:37: annotators[0].price.answer is missing: write an amount from 0, such as 1.'],
  [
    'price: { answer: 1, verify: cheap }',
    '5:58: annotators[0].price.verify is "cheap": write an amount from 0, such as 0.25.',
  ],
  [
    'price: { answer: 1, classify: 8 }',
    '5:50: annotators[0].price.classify means nothing here: the keys here are answer, verify.',
  ],
])('a person with { %s } is refused', (keys, problem) => {
  expect(problemsOf(withAnnotator(`{ id: anna, kind: human, ${keys} }`))[0]).toBe(problem)
})

test.each(['{ id: anna, kind: human,', '{ id: anna, kind: oracle, labels: t,'])(
  'for %s a verdict costs what it is said to cost, else as much as an answer, unless none is wanted',
  (start) => {
    const parsed = (keys: string) => parseConfig(withAnnotator(`${start} ${keys} }`), 'f').annotators[0]
    expect(parsed('price: { answer: 1, verify: 0.25 }')).toMatchObject({
      price: { kind: 'answer', amount: 1_000_000, verify: 250_000 },
      verifies: true,
    })
    expect(parsed('price: { answer: 1 }')).toMatchObject({ price: { kind: 'answer', amount: 1_000_000 } })
    expect(parsed('price: { answer: 1 }')).not.toHaveProperty('price.verify')
    expect(parsed('hourly: 30, verifies: false')).toMatchObject({ verifies: false })
  },
)

test('who only chooses among classes has no price for a verdict', () => {
  const [first] = problemsOf(withAnnotator('{ id: z, kind: zero-shot, model: ./m, price: { answer: 1, verify: 1 } }'))
  expect(first).toContain('annotators[0].price.verify means nothing here')
})

const safeHint = 'write an http(s) address such as http://localhost:8000/v1, without a password or "?" in it.'

test.each([
  ['endpoint: localhost:8000', `5:28: annotators[0].endpoint cannot be used: ${safeHint}`],
  ['endpoint: "http://localhost:1@gpu.example/v1"', `5:28: annotators[0].endpoint cannot be used: ${safeHint}`],
  ['endpoint: "https://me:hush@gpu.example/v1"', `5:28: annotators[0].endpoint cannot be used: ${safeHint}`],
  ['endpoint: "https://gpu.example/v1?key=hush"', `5:28: annotators[0].endpoint cannot be used: ${safeHint}`],
])('a model at { %s } is refused, and the address is not repeated', (keys, problem) => {
  const [first] = problemsOf(withAnnotator(`{ kind: vlm, ${keys}, id: v, model: m, price: { answer: 1 } }`))
  expect(first).toBe(problem)
})

test('a model server in the next room may speak plain http, unless a key would travel with the questions', () => {
  const server = 'kind: vlm, id: v, model: m, price: { answer: 1 }, endpoint: "http://gpu-box:8000/v1"'
  expect(() => parseConfig(withAnnotator(`{ ${server} }`), 'labelwright.yaml')).not.toThrow()
  for (const key of ['apiKeyEnv: KEY', 'provider: openai']) {
    const [first] = problemsOf(withAnnotator(`{ ${server}, ${key} }`))
    expect(first).toContain('would send its key unencrypted: write an https:// endpoint')
  }
})

test('the name of a Gemini model, which stands in the URL, leads nowhere else', () => {
  for (const model of ['../../upload', 'm?key=k', 'm#', 'a b']) {
    const [first] = problemsOf(withAnnotator(`{ kind: vlm, id: v, provider: google, model: "${model}" }`))
    expect(first).toContain('has no name of a Gemini model')
  }
})

test.each([
  ['price: { answer: 1 }, apiKey: sk-hush', '5:95', 'apiKey means nothing here: keys and passwords must not stand'],
  ['price: { answer: 1 }, api_key: sk-hush', '5:95', 'api_key means nothing here: keys and passwords must not stand'],
  ['price: { answer: 1 }, apikeyenv: HUSH', '5:95', 'apikeyenv means nothing here: did you mean "apiKeyEnv"?'],
  [
    'price: { answer: 1 }, apiKeyEnv: sk-hush',
    '5:106',
    'apiKeyEnv cannot be used: write the name of an environment variable in capitals, such as OPENAI_API_KEY.',
  ],
  ['price: { input: 1 }', '5:80', 'price is half a price, or two: write { input: 0.1, output: 0.4 } per million'],
  ['price: { input: 1, output: 1, answer: 1 }', '5:80', 'price is half a price, or two: write { input:'],
  ['price: { inptu: 1, output: 1 }', '5:82', 'price.inptu means nothing here: did you mean "input"?'],
  ['price: { input: x, output: 1 }', '5:89', 'price.input is "x": write an amount from 0, such as 0.1.'],
  ['price: 2', '5:80', 'price is 2: write { input: 0.1, output: 0.4 } per million tokens, or { answer: 0.002 } per'],
  [
    'price: { answer: 1 }, concurrency: 0',
    '5:108',
    'concurrency is 0: write a whole number from 1 to 1024, such as 4.',
  ],
  ['price: { answer: 1 }, maxRetries: 1.5', '5:107', 'maxRetries is 1.5: write a whole number from 0 to 100'],
  ['price: { answer: 1 }, picture: { quality: 101 }', '5:115', 'picture.quality is 101: write a quality from 1'],
])('a model with { %s } is refused, and no secret is repeated', (keys, place, problem) => {
  const entry = `{ id: v, kind: vlm, endpoint: "https://gpu.example/v1", model: mmm, ${keys} }`
  const problems = problemsOf(withAnnotator(entry))
  expect(problems[0]).toContain(`${place}: annotators[0].${problem}`)
  expect(problems.join()).not.toContain('hush')
})

test.each([
  ['prompt: binary, examples: 2', 'cannot be shown examples where it is asked about one class at a time'],
  [
    'provider: anthropic, confidence: logprobs',
    'gets no log-probabilities from this provider: write confidence: stated',
  ],
  ['provider: in-process, mode: batch', 'cannot ask a model of this process in batches'],
])('a model with { %s } is refused, because that cannot be', (keys, problem) => {
  const entry = `{ id: v, kind: vlm, endpoint: "https://gpu.example/v1", model: m, price: { answer: 1 }, ${keys} }`
  expect(problemsOf(withAnnotator(entry))[0]).toContain(`annotators[0] ${problem}`)
})

test.each([
  ['{ id: a b, kind: human, hourly: 1 }', '5:11: annotators[0].id is "a b": write letters, digits, "_", "-" and "."'],
  ['{ kind: human, hourly: 1 }', '5:5: annotators[0].id is missing: write letters'],
  ['{ id: a, kind: robot }', '5:20: annotators[0].kind is "robot": write human, vlm, zero-shot, recorded or oracle.'],
  ['{ id: a }', '5:5: annotators[0].kind is missing: write human, vlm, zero-shot, recorded or oracle.'],
  ['anna', '5:5: annotators[0] is "anna": write human, vlm, zero-shot, recorded or oracle.'],
  [
    '{ id: r, kind: recorded, price: { answer: 1 } }',
    '5:5: annotators[0].answers is missing: write the path of a CSV, TSV or JSONL file.',
  ],
  [
    '{ id: r, kind: recorded, answers: a.csv, price: { answer: 1 }, columns: { itme: path } }',
    '5:79: annotators[0].columns.itme means nothing here: did you mean "item"?',
  ],
  [
    '{ id: o, kind: oracle, labels: t, price: { answer: 1 }, noise: 1.5 }',
    '5:68: annotators[0].noise is 1.5: write a share from 0 to 1, such as 0.1',
  ],
  [
    '{ id: o, kind: oracle, labels: t, price: { answer: 1 }, noise: { kind: random, rate: 0.1 } }',
    '5:76: annotators[0].noise.kind is "random": write uniform or look-alike.',
  ],
  [
    '{ id: o, kind: oracle, labels: t, price: { answer: 1 }, hourly: 2 }',
    '5:5: annotators[0] has no price, or two: write either hourly: 30 or price: { answer: 1 }.',
  ],
])('the annotator %s is refused', (entry, problem) => {
  expect(problemsOf(withAnnotator(entry))[0]).toContain(problem)
})
