import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { LabelwrightError } from '../core/error.ts'
import type { Taxonomy } from '../core/taxonomy.ts'
import { readClasses } from '../formats/classes.ts'
import type { Command } from '../learners/run-command.ts'
import { errorCode, fileError } from '../files/file-error.ts'
import { isBroken } from '../formats/text-lines.ts'
import { configFileName, type AnnotatorConfig, type ClassSource, type Config, type OpenDataConfig } from './config.ts'
import { parseConfigDocument } from './config-document.ts'
import { brokenConfigError, configError } from './config-error.ts'
import { configSchema } from './config-schema.ts'

/** Environment variables by name. */
export type Env = Readonly<Record<string, string | undefined>>

/**
 * Reads the `labelwright.yaml` of a project's folder.
 *
 * @param env - Where `DATABASE_URL` may stand.
 * @throws {@link LabelwrightError} `no-project` where there is no such file; `bad-config` with one line per problem, each naming file, line,
 *   column, path, finding and mending; `not-built` for a PostgreSQL database; `unreadable-file`.
 */
export async function readConfig(dir: string, env: Env): Promise<Config> {
  const file = join(dir, configFileName)
  const text = await readFile(file, 'utf8').catch((thrown: unknown) => {
    throw errorCode(thrown) === 'ENOENT' ? noProject(dir) : fileError(file, thrown)
  })
  if (isBroken(text)) throw brokenConfigError(file, [{ line: 1, column: 1, why: 'The file is not valid UTF-8' }])
  const said = parseConfig(text, file)
  refusePostgres(env)
  return resolved(said, resolve(dir))
}

/**
 * Reads the text of a `labelwright.yaml`; its paths stay as they stand there.
 *
 * @param file - What errors call it.
 * @throws {@link LabelwrightError} `bad-config`.
 */
export function parseConfig(text: string, file: string): Omit<Config, 'dir'> {
  const document = parseConfigDocument(text)
  if (!('value' in document)) throw brokenConfigError(file, document)
  const checked = configSchema.safeParse(document.value)
  if (checked.success) return checked.data
  throw configError(file, document, checked.error.issues)
}

/** The class tree of a project. @throws What {@link readClasses} throws. */
export async function openTaxonomy(classes: ClassSource): Promise<Taxonomy> {
  return classes.kind === 'inline' ? classes.taxonomy : readClasses(classes.path)
}

function resolved(said: Omit<Config, 'dir'>, dir: string): Config {
  const { classes } = said
  return {
    ...said,
    dir,
    dataset: resolve(dir, said.dataset),
    open: said.open && resolvedOpen(said.open, dir),
    learner:
      typeof said.learner === 'string' ? said.learner : { external: resolvedCommand(said.learner.external, dir) },
    classes: classes.kind === 'file' ? { kind: 'file', path: resolve(dir, classes.path) } : classes,
    annotators: said.annotators.map((annotator): AnnotatorConfig => {
      switch (annotator.kind) {
        case 'recorded':
          return { ...annotator, answers: resolve(dir, annotator.answers) }
        case 'zero-shot':
          return { ...annotator, model: modelPath(annotator.model, dir) }
        case 'vlm': {
          const { provider, model, replay } = annotator
          return {
            ...annotator,
            model: provider === 'in-process' ? modelPath(model, dir) : model,
            replay: replay === null ? null : resolve(dir, replay),
          }
        }
        default:
          return annotator
      }
    }),
    prices: said.prices === null ? null : resolve(dir, said.prices),
  }
}

function resolvedOpen(open: OpenDataConfig, dir: string): OpenDataConfig {
  const { index, images, features, prototypes } = open
  return {
    ...open,
    index: index.map((path) => resolve(dir, path)),
    images: images === null ? null : resolve(dir, images),
    features: features && features.map((path) => resolve(dir, path)),
    prototypes: prototypes === null ? null : resolve(dir, prototypes),
  }
}

/** A trainer runs elsewhere: what is written as a path of the project's folder is made one. */
function resolvedCommand([program, ...words]: Command, dir: string): Command {
  const resolvedWord = (word: string): string => (/^\.\.?[\\/]/.test(word) ? resolve(dir, word) : word)
  return [resolvedWord(program), ...words.map(resolvedWord)]
}

/** A folder, unless it is the name of a model on a hub. */
function modelPath(model: string, dir: string): string {
  return model.startsWith('hf:') ? model : resolve(dir, model)
}

function noProject(dir: string): LabelwrightError {
  return new LabelwrightError(
    'no-project',
    `There is no ${configFileName} in ${dir}.`,
    `Make a project there with: labelwright init DATASET --dir ${dir}`,
  )
}

function refusePostgres({ DATABASE_URL: url }: Env): void {
  if (!url || !/^postgres(ql)?:/i.test(url)) return
  throw new LabelwrightError(
    'not-built',
    'DATABASE_URL names a PostgreSQL database, which this version cannot use.',
    'Unset DATABASE_URL: the ledger is then kept in .labelwright/ledger.sqlite.',
  )
}
