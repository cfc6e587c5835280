import type { Command } from 'commander'
import { messageOf } from '../core/error.ts'
import { startServer } from '../server/server.ts'
import { onProject, wholeNumber } from './options.ts'
import { clock, open, untilInterrupted } from './session.ts'
import { makeTerminal } from './terminal.ts'

export function addServe(program: Command): void {
  onProject(program.command('serve'))
    .description('open the page where people answer; the campaign goes on by itself as answers come in')
    .option('-p, --port <number>', 'port to listen on; 0: any free one', wholeNumber(0, 65_535), 4170)
    .option(
      '--host <address>',
      'address to listen on; anything but loopback lets others in who know the token',
      '127.0.0.1',
    )
    .addHelpText('after', '\nExample:\n  labelwright serve --dir ./birds --port 8080')
    .action(({ dir, json, port, host }: { dir: string; json?: boolean; port: number; host: string }) =>
      serve(dir, { json: json ?? false, port, host }),
    )
}

/** Serves a project until Ctrl-C. */
export async function serve(
  dir: string,
  options: { readonly json: boolean; readonly port: number; readonly host: string },
): Promise<void> {
  const terminal = makeTerminal(options)
  const project = await open(dir, terminal)
  try {
    const server = await startServer(project, {
      port: options.port,
      host: options.host,
      clock,
      onError: (thrown) => void process.stderr.write(`${messageOf(thrown)}\n`),
    })
    terminal.say(`Page: ${server.url}\nCtrl-C ends it.`)
    terminal.result({ url: server.url })
    const signal = untilInterrupted()
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    await server.close()
  } finally {
    await project.close()
  }
}
