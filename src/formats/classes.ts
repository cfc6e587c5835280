import { readFile } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { stringify } from 'yaml'
import { LabelwrightError } from '../core/error.ts'
import { makeTaxonomy } from '../core/taxonomy.ts'
import type { ClassSpec, Taxonomy } from '../core/taxonomy.ts'
import { writeFileAtomic } from '../files/atomic-file.ts'
import { classTreeOf } from './class-tree.ts'
import type { ClassTree } from './class-tree.ts'
import { fileError } from '../files/file-error.ts'
import { isBroken } from './text-lines.ts'
import { parseYamlTexts } from './yaml-texts.ts'

/**
 * Reads the classes of a project. YAML and JSON hold a list of names, a list of `{ name, aliases, description, classes }`, a mapping
 * `family: [species, …]` (nested as deep as needed), or `{ levels: [family, species], classes: <any of these> }`. A `.txt` file has one name
 * per line. Names are texts as written: `no`, `007` and `null` are names.
 *
 * @throws {@link LabelwrightError} `bad-classes` naming file and line; `file-not-found`, `unreadable-file`, `unknown-format`; or
 * `no-classes`, `duplicate-class`, `bad-levels`.
 */
export async function readClasses(path: string): Promise<Taxonomy> {
  const parse = parsers[extname(path).toLowerCase()]
  if (!parse) {
    throw new LabelwrightError(
      'unknown-format',
      `The extension of ${path} is not that of a list of classes.`,
      `Give a file that ends in ${Object.keys(parsers).join(', ')}.`,
    )
  }
  const text = await readFile(path, 'utf8').catch((thrown: unknown) => {
    throw fileError(path, thrown)
  })
  if (isBroken(text)) throw badClasses(basename(path), undefined, 'it is not valid UTF-8')
  const { classes, levels } = parse(text.replace(/^\uFEFF/, ''), basename(path))
  try {
    return makeTaxonomy(classes, levels)
  } catch (thrown) {
    if (!(thrown instanceof LabelwrightError)) throw thrown
    throw new LabelwrightError(thrown.code, `${basename(path)}: ${thrown.problem}`, thrown.fix, { cause: thrown })
  }
}

/**
 * Writes classes as YAML that {@link readClasses} reads back, with names quoted wherever some YAML reader would take them for something else.
 *
 * @throws {@link LabelwrightError} `cannot-write`.
 */
export async function writeClasses(
  path: string,
  classes: readonly ClassSpec[],
  levelNames?: readonly string[],
): Promise<void> {
  const tree = { ...(levelNames && { levels: levelNames }), classes: classes.map(plain) }
  await writeFileAtomic(path, stringify(tree, { compat: 'yaml-1.1', lineWidth: 0, aliasDuplicateObjects: false }))
}

function plain(spec: ClassSpec): unknown {
  const { name, aliases, description, classes } = spec
  if (!aliases?.length && !description && !classes?.length) return name
  return {
    name,
    ...(aliases?.length && { aliases }),
    ...(description && { description }),
    ...(classes?.length && { classes: classes.map(plain) }),
  }
}

const parsers: Readonly<Record<string, (text: string, file: string) => ClassTree>> = {
  '.yaml': classesOfYaml,
  '.yml': classesOfYaml,
  '.json': classesOfYaml,
  '.txt': classesOfLines,
}

function classesOfYaml(text: string, file: string): ClassTree {
  const yaml = parseYamlTexts(text)
  if ('why' in yaml) throw badClasses(file, yaml.line, yaml.why)
  return classTreeOf(yaml.value ?? [], (at, why) => {
    throw badClasses(file, yaml.lineOf(at), why)
  })
}

function classesOfLines(text: string, file: string): ClassTree {
  const lines = text.split('\n').map((line, i) => ({ name: line.trim(), line: i + 1 }))
  const named = lines.filter(({ name }) => name !== '')
  return classTreeOf(
    named.map(({ name }) => name),
    ([at], why) => {
      throw badClasses(file, named[Number(at)]?.line, why)
    },
  )
}

function badClasses(file: string, line: number | undefined, why: string): LabelwrightError {
  return new LabelwrightError(
    'bad-classes',
    `The classes in ${file}${line === undefined ? '' : ` at line ${line}`} cannot be used: ${why}.`,
    'Write a list of names, or a mapping of groups to lists, such as "bee: [honeybee, bumblebee]".',
  )
}
