import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { openProject, type Project } from '../project/project.ts'
import { readConfig } from '../project/read-config.ts'

/** A project for tests: ten pictures, reddish where their number is even and bluish where it is odd; the column `colour` says so. */
export async function openColours(
  dir: string,
  says: { readonly annotators: string; readonly classes?: string },
): Promise<Project> {
  const { annotators, classes = '[red, { name: blue, description: Like the sky }]' } = says
  await mkdir(join(dir, 'images'), { recursive: true })
  await Promise.all(
    Array.from({ length: 10 }, async (_, i) => {
      const background = i % 2 ? { r: 20 + 3 * i, g: 40, b: 200 } : { r: 200, g: 40, b: 20 + 3 * i }
      const jpeg = await sharp({ create: { width: 60, height: 40, channels: 3, background } })
        .jpeg()
        .toBuffer()
      await writeFile(join(dir, 'images', `${i}.jpg`), jpeg)
    }),
  )
  const rows = Array.from({ length: 10 }, (_, i) => `images/${i}.jpg,${i % 2 ? 'blue' : 'red'}\n`)
  await writeFile(join(dir, 'colours.csv'), `path,colour\n${rows.join('')}`)
  const yaml = `dataset: ./colours.csv\nclasses: ${classes}\nannotators: [${annotators}]\nbudget: 8\nstart: 5\naudit: false\n`
  await writeFile(join(dir, 'labelwright.yaml'), yaml)
  return openProject(await readConfig(dir, {}), { clock: { now: () => Date.now() }, env: {} })
}
