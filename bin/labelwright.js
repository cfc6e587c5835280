#!/usr/bin/env node
import { existsSync } from 'node:fs'

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `Labelwright needs Node 22.18 or newer; this is ${process.version}. In a checkout, "npm run labelwright --" brings its own.`,
  )
  process.exit(1)
}

// Who reads the output may have seen enough (`| head`); the run goes on.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error
  })
}

// A checkout runs its sources as they are; the published package has no sources, Node refuses to strip types below node_modules.
const sources = new URL('../src/cli/main.ts', import.meta.url)
const { main } = await import(existsSync(sources) ? sources.href : new URL('../dist/cli/main.js', import.meta.url).href)
process.exitCode = await main(process.argv.slice(2))
