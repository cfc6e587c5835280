import { existsSync } from 'node:fs'
import { isAbsolute, join, relative, resolve } from 'node:path'
import type { Command } from 'commander'
import { fineLevel } from '../core/taxonomy.ts'
import { LabelwrightError } from '../core/error.ts'
import { writeFileAtomic } from '../files/atomic-file.ts'
import { readClasses, writeClasses } from '../formats/classes.ts'
import { readDataset } from '../formats/dataset.ts'
import { classesFromColumns, type ColumnClasses } from '../formats/label-columns.ts'
import { configFileName } from '../project/config.ts'
import { initialConfig } from '../project/initial-config.ts'
import { count } from '../project/words.ts'
import { makeTerminal } from './terminal.ts'

interface InitOptions {
  readonly dir: string
  readonly classes?: string
  readonly labels?: string
  readonly json?: boolean
}

export function addInit(program: Command): void {
  program
    .command('init')
    .argument('<dataset>', 'a folder of pictures, or a CSV, TSV or JSONL manifest with a column path or text')
    .description('look at a dataset, write labelwright.yaml and the classes, say what was found')
    .option('-d, --dir <folder>', 'where to put the project', '.')
    .option('-c, --classes <file>', 'your classes: YAML, JSON or a text file with one name per line')
    .option('-l, --labels <column>', 'the column that holds known labels, if there are any')
    .option('--json', 'print one JSON object on stdout, everything else on stderr')
    .addHelpText(
      'after',
      '\nExamples:\n  labelwright init ./pictures --dir ./birds                  classes: the names of the subfolders' +
        '\n  labelwright init ./letters.csv --classes ./classes.txt     classes: one name per line of a file',
    )
    .action(init)
}

async function init(path: string, { dir, classes, labels, json }: InitOptions): Promise<void> {
  const terminal = makeTerminal({ json: json ?? false })
  const folder = resolve(dir)
  const file = join(folder, configFileName)
  if (existsSync(file))
    throw new LabelwrightError('project-exists', `${file} is there already.`, 'Edit it, or name another --dir.')
  const dataset = await readDataset(path)
  const found = classes === undefined ? classesFromColumns(dataset.items, dataset.labelColumns, labels) : null
  const taxonomy = classes === undefined ? null : await readClasses(classes)
  const known = found ?? (labels === undefined ? null : { column: labels })
  if (!found && !taxonomy) throw noClasses(path, dataset.labelColumns)

  const classesPath = classes === undefined ? join(folder, 'classes.yaml') : resolve(classes)
  if (found && existsSync(classesPath)) {
    throw new LabelwrightError(
      'project-exists',
      `${classesPath} is there already, and would be written anew.`,
      'Add --classes and its path to use it, or move it away.',
    )
  }
  if (found) await writeClasses(classesPath, found.classes, found.levels)
  const here = (target: string): string => {
    const path = relative(folder, target).replaceAll('\\', '/')
    return path.startsWith('..') || isAbsolute(path) ? path : `./${path}`
  }
  const config = initialConfig({
    dataset: here(resolve(path)),
    classes: here(classesPath),
    truth: known?.column ?? null,
    vlm: null,
  })
  await writeFileAtomic(file, config)

  const k = found ? found.k : fineLevel(taxonomy!).classes.length
  terminal.say(
    `${count(dataset.items.length)} ${dataset.items[0]!.source.kind === 'text' ? 'texts' : 'pictures'}, ${k} classes${found ? from(found) : ''}.`,
  )
  for (const { where, why } of dataset.quarantined.slice(0, 5)) terminal.say(`  left out: ${where}: ${why}`)
  if (dataset.quarantined.length > 5) terminal.say(`  and ${count(dataset.quarantined.length - 5)} more are left out`)
  terminal.say(
    `Wrote ${file}. Look at the annotators and prices in it, then run: labelwright label --dry-run${dir === '.' ? '' : ` --dir ${dir}`}`,
  )
  terminal.result({
    config: file,
    classes: classesPath,
    items: dataset.items.length,
    k,
    levels: found?.levels ?? null,
    quarantined: dataset.quarantined.length,
  })
}

function from({ column, levels, aliases }: ColumnClasses): string {
  const tree = levels.length > 1 ? `, a tree of ${levels.join(' > ')}` : ''
  return ` from the column "${column}"${tree}${aliases ? `, with other spellings from "${aliases}"` : ''}`
}

function noClasses(path: string, columns: readonly string[]): LabelwrightError {
  return new LabelwrightError(
    'no-classes',
    `${path} has no labels from which the classes could be read${columns.length ? ` (its columns: ${columns.join(', ')})` : ''}.`,
    'Write the class names into a file, one per line, and add --classes classes.txt; or name the column with --labels.',
  )
}
