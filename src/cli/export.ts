import { resolve } from 'node:path'
import { Option, type Command } from 'commander'
import { LabelwrightError } from '../core/error.ts'
import { exportProject, formatOf, type ExportFormat } from '../project/export-project.ts'
import { count } from '../project/words.ts'
import { onProject } from './options.ts'
import { open } from './session.ts'
import { makeTerminal } from './terminal.ts'

export function addExport(program: Command): void {
  onProject(program.command('export'))
    .description('write every label with its probability, its soft label and who gave it')
    .requiredOption('-o, --out <file>', 'where to, e.g. labels.csv or labels.jsonl')
    .addOption(new Option('-f, --format <name>', 'default: by the ending of the file').choices(['csv', 'jsonl']))
    .addHelpText('after', '\nExample:\n  labelwright export --dir ./birds --out labels.csv')
    .action(async ({ dir, json, out, format }: { dir: string; json?: boolean; out: string; format?: ExportFormat }) => {
      const terminal = makeTerminal({ json: json ?? false })
      const chosen = format ?? formatOf(out)
      if (!chosen)
        throw new LabelwrightError(
          'bad-option',
          `The ending of ${out} names no format.`,
          'Add --format csv or --format jsonl.',
        )
      const project = await open(dir, terminal)
      try {
        const path = resolve(out)
        const items = await exportProject(project, path, chosen)
        terminal.say(`${count(items)} labels written to ${path}`)
        terminal.result({ items, path, format: chosen })
      } finally {
        await project.close()
      }
    })
}
