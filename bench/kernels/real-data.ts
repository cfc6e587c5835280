import { access } from 'node:fs/promises'
import { join, resolve } from 'node:path'

/** Real pictures, features and recorded answers, which are no part of the project. */
export const dataFolder: string = resolve(process.env['LABELWRIGHT_DATA'] ?? '../shared/data')

/** Ends the process with a message where one of the files, relative to the data's folder, is not there. */
export async function needData(...files: readonly string[]): Promise<void> {
  for (const file of files) {
    await access(join(dataFolder, file)).catch(() => {
      console.error(`This benchmark needs ${file} in ${dataFolder}. Name another folder in LABELWRIGHT_DATA.`)
      process.exit(1)
    })
  }
}

export const mobilenetFile = 'models/mobilenet_v2_imagenet_w8.onnx'

/** How the MobileNetV2 of the data's folder wants its pictures, as `openOnnxImageEncoder` reads it. */
export const mobilenet: Readonly<Record<string, string | number>> & { readonly model: string } = {
  model: join(dataFolder, mobilenetFile),
  output: 'embedding',
  size: 224,
  resize: 'fill',
  mean: 127.5,
  std: 127.5,
  scale: 1,
  layout: 'nchw',
}
