import type { InferenceSession, Tensor } from 'onnxruntime-node'
import { messageOf } from '../../core/error.ts'
import { matrix, type Matrix } from '../../tensor/matrix.ts'
import { openSession } from '../../tensor/open-session.ts'
import { unitRows } from '../../tensor/unit-rows.ts'
import { badModel, type ModelFiles } from '../local-model/model-files.ts'

/** One half of a dual encoder. */
export interface Tower {
  readonly inputs: readonly string[]
  /** Sizes that the graph fixes along the first two axes of an input; undefined where it takes any. */
  fixed(input: string): readonly (number | undefined)[]
  /** Runs the graph. Shape `[n, d]`, rows of length 1. */
  embed(feeds: Readonly<Record<string, Tensor>>): Promise<Matrix>
  release(): Promise<void>
}

export interface TowerParts {
  /** The file in the model's folder. */
  readonly file: string
  readonly threads?: number | undefined
  /** Inputs that can be fed, and their type. */
  readonly known: Readonly<Record<string, 'float32' | 'int64'>>
  /** Where the vectors may be found, best first. */
  readonly outputs: readonly string[]
}

/** @throws {@link LabelwrightError} `bad-model`, `onnxruntime-missing`, and what finding the file throws. */
export async function openTower(files: ModelFiles, parts: TowerParts): Promise<Tower> {
  const { file, known } = parts
  const path = await files.path(file)
  const session = await openSession(path, parts.threads).catch((cause: unknown) => {
    throw badModel(files.name, `${file} cannot be loaded: ${messageOf(cause)}`, `Delete ${path} and try again.`, cause)
  })
  checkInputs(session, files, parts)
  const output = parts.outputs.find((name) => session.outputNames.includes(name))
  if (output === undefined) {
    throw badModel(
      files.name,
      `${file} gives ${session.outputNames.join(', ')}, but none of ${parts.outputs.join(', ')}`,
      'Export it with one of these outputs.',
    )
  }
  return {
    inputs: Object.keys(known).filter((name) => session.inputNames.includes(name)),
    fixed: (input) => {
      const found = session.inputMetadata.find(({ name }) => name === input)
      const shape = found?.isTensor ? found.shape : []
      return shape.map((size) => (typeof size === 'number' && size > 0 ? size : undefined))
    },
    embed: async (feeds) => {
      const { data, dims, type } = (await session.run(feeds, [output]))[output]!
      const [rows, cols] = dims
      if (type !== 'float32' || dims.length !== 2 || !(data as Float32Array).every(Number.isFinite)) {
        throw badModel(
          files.name,
          `${output} of ${file} is no matrix of finite numbers (${type} ${dims.join(' x ')})`,
          'Choose another dtype.',
        )
      }
      return unitRows(matrix(rows!, cols!, data as Float32Array))
    },
    release: () => session.release(),
  }
}

function checkInputs(session: InferenceSession, files: ModelFiles, { file, known }: TowerParts): void {
  for (const input of session.inputMetadata) {
    const type = input.isTensor ? input.type : 'no tensor'
    if (known[input.name] === type) continue
    throw badModel(
      files.name,
      `${file} wants ${input.name} (${type}), which cannot be fed`,
      `Choose a model or dtype that takes only ${Object.entries(known)
        .map(([name, wanted]) => `${name} (${wanted})`)
        .join(', ')}.`,
    )
  }
}
