import { resolve } from 'node:path'
import { Option, type Command } from 'commander'
import { LabelwrightError } from '../core/error.ts'
import { exportAnswers } from '../project/export-answers.ts'
import { exportProject, formatOf, type ExportFormat } from '../project/export-project.ts'
import { count } from '../project/words.ts'
import { onProject } from './options.ts'
import { open } from './session.ts'
import { makeTerminal } from './terminal.ts'

interface ExportOptions {
  readonly dir: string
  readonly json?: boolean
  readonly out: string
  readonly format?: ExportFormat | 'answers'
  readonly annotator?: string
}

export function addExport(program: Command): void {
  onProject(program.command('export'))
    .description('write every label with its probability, its soft label and who gave it')
    .requiredOption('-o, --out <file>', 'where to, e.g. labels.csv or labels.jsonl')
    .addOption(
      new Option('-f, --format <name>', 'default: by the ending of the file').choices(['csv', 'jsonl', 'answers']),
    )
    .option('-a, --annotator <id>', 'with --format answers: only what this one said')
    .addHelpText(
      'after',
      '\nThe format "answers" is what was said instead of what is believed: a JSONL file that "kind: recorded" plays back.' +
        '\n\nExamples:\n  labelwright export --dir ./birds --out labels.csv' +
        '\n  labelwright export --dir ./birds --format answers --annotator qwen --out qwen.jsonl',
    )
    .action(async ({ dir, json, out, format, annotator }: ExportOptions) => {
      const terminal = makeTerminal({ json: json ?? false })
      const chosen = format ?? formatOf(out)
      if (annotator !== undefined && chosen !== 'answers') {
        throw new LabelwrightError(
          'bad-option',
          '--annotator chooses among answers, but labels are written.',
          'Add --format answers, or leave --annotator out.',
        )
      }
      if (!chosen)
        throw new LabelwrightError(
          'bad-option',
          `The ending of ${out} names no format.`,
          'Add --format csv or --format jsonl.',
        )
      const project = await open(dir, terminal)
      try {
        const path = resolve(out)
        if (chosen === 'answers') {
          const answers = await exportAnswers(project, path, annotator)
          terminal.say(`${count(answers)} answers written to ${path}`)
          return terminal.result({ answers, path, format: chosen })
        }
        const items = await exportProject(project, path, chosen)
        terminal.say(`${count(items)} labels written to ${path}`)
        terminal.result({ items, path, format: chosen })
      } finally {
        await project.close()
      }
    })
}
