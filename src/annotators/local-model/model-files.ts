import { access } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { LabelwrightError, messageOf } from '../../core/error.ts'
import { writeFileAtomic } from '../../files/atomic-file.ts'

/** The files of a model: in a folder of the user's, or on a hub and kept in a folder of ours. */
export interface ModelFiles {
  /** As the user named it. */
  readonly name: string
  /**
   * Where a file lies, e.g. `onnx/text_model.onnx`; fetched first where it is not there yet.
   *
   * @throws {@link LabelwrightError} `missing-model-file`, `model-unreachable` or `cannot-write`.
   */
  path(file: string): Promise<string>
}

export interface HubOptions {
  /** Where files from a hub are kept, as `<owner>/<name>/<file>`; files put there by hand are not fetched. */
  readonly cacheDir: string
  /** Default `https://huggingface.co`. */
  readonly hub?: string | undefined
  /** For gated and private models. */
  readonly token?: string | undefined
  readonly fetch?: typeof globalThis.fetch | undefined
}

/**
 * Finds a model in the Hugging Face layout.
 *
 * @param model - A folder, or `hf:owner/name` for a model on a hub.
 * @throws {@link LabelwrightError} `bad-model-name` for an `hf:` name that is none.
 */
export function openModelFiles(model: string, options: HubOptions): ModelFiles {
  const hubName = hubNameOf(model)
  if (hubName === undefined) return { name: model, path: (file) => localPath(model, file) }
  const folder = join(options.cacheDir, hubName)
  return {
    name: model,
    path: async (file) => {
      const path = join(folder, file)
      if (!(await exists(path))) await writeFileAtomic(path, download(model, hubName, file, options))
      return path
    },
  }
}

/** The `owner/name` of `hf:owner/name`; undefined for a folder. @throws {@link LabelwrightError} `bad-model-name`. */
export function hubNameOf(model: string): string | undefined {
  if (!model.startsWith('hf:')) return undefined
  // Each part begins with a letter or digit: no `..` can lead out of the cache.
  const name = /^hf:([a-z\d][\w.-]*\/[a-z\d][\w.-]*)$/i.exec(model)?.[1]
  if (name !== undefined) return name
  throw new LabelwrightError(
    'bad-model-name',
    `"${model}" names no model on a hub.`,
    'Write hf:owner/name, e.g. hf:Xenova/clip-vit-base-patch32, or the path of a folder.',
  )
}

/** The error of a model that is on a hub and not here. */
export function modelUnreachable(model: string, cacheDir: string, cause: unknown): LabelwrightError {
  const folder = join(cacheDir, hubNameOf(model) ?? '')
  return new LabelwrightError(
    'model-unreachable',
    `The model ${model} could not be fetched: ${reasonOf(cause)}.`,
    `Connect to the network, or put its files, with their folders, into ${folder} by hand.`,
    { cause },
  )
}

/** The error of a model whose files do not make an annotator. */
export function badModel(name: string, problem: string, fix: string, cause?: unknown): LabelwrightError {
  return new LabelwrightError('bad-model', `The model ${name} cannot be used: ${problem}.`, fix, { cause })
}

async function localPath(model: string, file: string): Promise<string> {
  const path = resolve(model, file)
  if (await exists(path)) return path
  throw missingFile(model, file)
}

async function* download(
  model: string,
  hubName: string,
  file: string,
  options: HubOptions,
): AsyncGenerator<Uint8Array> {
  const { cacheDir, hub = 'https://huggingface.co', token, fetch = globalThis.fetch } = options
  try {
    const response = await fetch(`${hub.replace(/\/+$/, '')}/${hubName}/resolve/main/${file}`, {
      headers: token ? { authorization: `Bearer ${token}` } : {},
    })
    if (response.status === 404) throw missingFile(model, file)
    if (response.status === 401 || response.status === 403) throw denied(model, response.status)
    if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`)
    yield* response.body
  } catch (thrown) {
    throw thrown instanceof LabelwrightError ? thrown : modelUnreachable(model, cacheDir, thrown)
  }
}

function denied(model: string, status: number): LabelwrightError {
  return new LabelwrightError(
    'model-unreachable',
    `The hub does not hand out the model ${model} (HTTP ${status}).`,
    'Check its name; if it is gated, accept its terms on its page and set HF_TOKEN.',
  )
}

function missingFile(model: string, file: string): LabelwrightError {
  return new LabelwrightError(
    'missing-model-file',
    `The model ${model} has no file ${file}.`,
    'Check the path, choose another dtype, or a model exported to ONNX in the Hugging Face layout (hubs have them under onnx-community and Xenova).',
  )
}

/** What undici throws says "fetch failed"; the reason is its cause. */
function reasonOf(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined
  return cause instanceof Error ? `${messageOf(thrown)} (${messageOf(cause)})` : messageOf(thrown)
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
