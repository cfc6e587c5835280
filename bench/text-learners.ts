import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { openModelFiles } from '../src/annotators/local-model/model-files.ts'
import { openPictureTower, readClasses } from '../src/annotators/zero-shot/dual-encoder.ts'
import { readFamily, readPictureInput } from '../src/annotators/zero-shot/model-config.ts'
import { makeRng, permutation } from '../src/core/rng.ts'
import { cacheHead } from '../src/learners/cache-head.ts'
import { headOfTexts, type ClassTexts } from '../src/learners/class-texts.ts'
import { contrastiveTuning } from '../src/learners/contrastive-tuning.ts'
import { labelEvidence } from '../src/learners/evidence.ts'
import type { Learner } from '../src/learners/learner.ts'
import { linearLearner } from '../src/learners/learners.ts'
import { prepareFeatures, preparedHeadOptions } from '../src/learners/prepare-features.ts'
import { promptVectors } from '../src/learners/prompt-vectors.ts'
import { textProbe } from '../src/learners/text-probe.ts'
import { matmul } from '../src/tensor/matmul.ts'
import { argmaxRows, gatherRows, matrix, row, type Matrix } from '../src/tensor/matrix.ts'
import { unitRows } from '../src/tensor/unit-rows.ts'
import { dataFolder, needData } from './kernels/real-data.ts'

// What a few labels per class add to class texts: learners on a frozen dual encoder, which has seen pictures like these, but none in grey.

const usage = `Usage: npm run bench:text-learners -- [--seeds 3]
Prints test accuracy / macro-F1 in %, mean over seeds. The data's folder is LABELWRIGHT_DATA.`
const { values } = parseArgs({ options: { seeds: { type: 'string', default: '3' }, help: { type: 'boolean' } } })
if (values.help) {
  console.log(usage)
  process.exit(0)
}
const seeds = Number(values.seeds)
if (!Number.isInteger(seeds) || seeds < 1) {
  console.error(`"${values.seeds}" is no number of seeds. Give a whole number from 1.`)
  process.exit(2)
}

const model = 'models/cifar100-dual-conv'
const strips = ['cifar100/test_first2k/000.png', 'cifar100/test_first2k/001.png']
const table = 'cifar100/test_first2k.labels.tsv'
const classes = 'cifar100/classes.json'
await needData(join(model, 'config.json'), ...strips, table, classes)

const labelsPerClass = [1, 2, 4, 8]
const truth = await readTruth()
const texts = await readTexts()
const k = texts.prototypes.rows

const totals = new Map<string, number[][]>()
for (const kind of ['as they are', 'in grey'] as const) {
  const features = await encode(kind)
  const prepared = await prepareFeatures(features, makeRng(1, 'prepare'))
  const learners = learnersOn(features, prepared)
  for (let seed = 1; seed <= seeds; seed++) {
    const order = permutation(truth.length, makeRng(seed, 'split'))
    const [pool, test] = [order.subarray(0, truth.length / 2), order.subarray(truth.length / 2)]
    for (const [column, perClass] of labelsPerClass.entries()) {
      const seen = new Int32Array(k)
      const rows = pool.filter((item) => seen[truth[item]!]!++ < perClass)
      addTo('labels', column, [rows.length])
      for (const { name, learner, view } of learners) {
        const evidence = labelEvidence(
          rows.map((item) => truth[item]!),
          k,
        )
        const predict = await learner({ features: gatherRows(view, rows), evidence, rng: makeRng(seed, 'learn') })
        const guesses = argmaxRows(await predict(gatherRows(view, test)))
        addTo(
          `${kind} | ${name}`,
          column,
          scores(
            guesses,
            Int32Array.from(test, (item) => truth[item]!),
          ),
        )
      }
    }
  }
}
printTable()
process.exit(0)

function learnersOn(features: Matrix, prepared: Matrix) {
  const start = headOfTexts(texts)
  const priorLogits = (items: Matrix) => matmul(unitRows(items), start)
  const untaught: Learner = (task) =>
    textProbe(texts)({ ...task, features: matrix(0, features.cols), evidence: matrix(0, k) })
  return [
    { name: 'zero-shot', learner: untaught, view: features },
    { name: 'linear head', learner: linearLearner(preparedHeadOptions), view: prepared },
    { name: 'cache (Tip-Adapter)', learner: cacheHead({ priorLogits }), view: features },
    { name: 'text probe', learner: textProbe(texts), view: features },
    { name: 'prompt vectors', learner: promptVectors(texts), view: features },
    { name: 'contrastive tuning', learner: contrastiveTuning(texts), view: features },
  ]
}

/** Accuracy, and the mean over classes of the harmonic mean of precision and recall, both in %. */
function scores(guesses: Int32Array, labels: Int32Array): number[] {
  const [right, said, there] = [new Int32Array(k), new Int32Array(k), new Int32Array(k)]
  guesses.forEach((guess, i) => {
    said[guess]!++
    there[labels[i]!]!++
    if (guess === labels[i]) right[guess]!++
  })
  const met = [...right.keys()].filter((y) => said[y]! + there[y]! > 0)
  const f1 = met.reduce((sum, y) => sum + (2 * right[y]!) / (said[y]! + there[y]!), 0) / met.length
  return [(100 * right.reduce((sum, count) => sum + count, 0)) / labels.length, 100 * f1]
}

function addTo(name: string, column: number, results: readonly number[]): void {
  const columns = totals.get(name) ?? labelsPerClass.map(() => results.map(() => 0))
  results.forEach((value, at) => (columns[column]![at]! += value))
  totals.set(name, columns)
}

function printTable(): void {
  const [, ...lines] = [...totals]
  const head = labelsPerClass.map((perClass, column) => {
    const labels = totals.get('labels')![column]![0]! / (2 * seeds)
    return `${perClass} per class (${Math.round(labels)})`
  })
  console.log(`| pictures | learner | ${head.join(' | ')} |\n| --- | --- |${' --- |'.repeat(head.length)}`)
  for (const [name, columns] of lines) {
    const cells = columns.map((results) => results.map((sum) => (sum / seeds).toFixed(1)).join(' / '))
    console.log(`| ${name} | ${cells.join(' | ')} |`)
  }
}

async function readTruth(): Promise<Int32Array> {
  const [header, ...lines] = (await readFile(join(dataFolder, table), 'utf8')).trimEnd().split('\n')
  const column = header!.split('\t').indexOf('fine')
  return Int32Array.from(lines, (line) => Number(line.split('\t')[column]))
}

async function readTexts(): Promise<Required<ClassTexts>> {
  const files = openModelFiles(join(dataFolder, model), { cacheDir: tmpdir() })
  const family = await readFamily(files)
  const { fine } = JSON.parse(await readFile(join(dataFolder, classes), 'utf8')) as { fine: string[] }
  const { vectors } = await readClasses(files, family, fine, {})
  return { prototypes: vectors, scale: family.scale }
}

/** Each strip holds 1,000 pictures of 32 x 32 pixels, one below the other, which is the size that the model takes. */
async function encode(kind: 'as they are' | 'in grey'): Promise<Matrix> {
  const files = openModelFiles(join(dataFolder, model), { cacheDir: tmpdir() })
  const { embed } = await openPictureTower(files, await readPictureInput(files), texts.prototypes.cols, { batch: 64 })
  const features = matrix(truth.length, texts.prototypes.cols)
  for (const [strip, path] of strips.entries()) {
    const image = sharp(join(dataFolder, path))
    const pixels = await (kind === 'in grey' ? image.greyscale().toColourspace('srgb') : image).raw().toBuffer()
    const bytes = pixels.length / 1000
    const pictures = Array.from({ length: 1000 }, (_, i) => pixels.subarray(i * bytes, (i + 1) * bytes))
    const vectors = await Promise.all(pictures.map(inColour).map(embed))
    vectors.forEach((vector, i) => row(features, 1000 * strip + i).set(vector))
  }
  return features
}

/** One channel as three equal ones. */
function inColour(picture: Uint8Array): Uint8Array {
  const pixels = 32 * 32
  return picture.length === 3 * pixels
    ? picture
    : Uint8Array.from({ length: 3 * pixels }, (_, at) => picture[Math.floor(at / 3)]!)
}
