import { access, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openOnnxImageEncoder } from '../../src/encoders/onnx-image.ts'
import { readDataset } from '../../src/formats/dataset.ts'
import { dataFolder, mobilenet } from './real-data.ts'
import { sizeOf, type Input, type KernelTask } from './task.ts'

const manifest = join(dataFolder, 'caltech101/gpt4v_dev.tsv')

/** From picture files to vectors. */
export function tasks(shrink: number): KernelTask[] {
  const count = 600 / shrink
  return [
    {
      name: 'encode pictures',
      size: `${sizeOf(count)} photos, MobileNetV2`,
      aim: { peerTime: 1 / 0.95 },
      whyMissed:
        'inference, the same library on both sides, takes four fifths; libvips decodes and stretches a photo in 2.6 ms of processor time, Pillow in 1.3',
      rate: { count, unit: 'pictures/s' },
      input: photos,
      peers: [{ name: 'Pillow + onnxruntime', script: 'encode_pictures.py', detail: String(count) }],
      async open(folder) {
        const encoder = await openOnnxImageEncoder(join(folder, 'encoder.json'))
        const { items } = await readDataset(manifest)
        return { run: () => encoder.encode(items.slice(0, count)) }
      },
    },
  ]
}

/** Real photos where they lie, and how to feed them to the model: what ours and the peer's encoder read. */
const photos: Input = {
  name: 'photos',
  obstacle: () =>
    Promise.all([manifest, mobilenet.model].map((path) => access(path))).then(
      () => null,
      () => 'the pictures and the model are not in LABELWRIGHT_DATA',
    ),
  async write(folder) {
    const { items } = await readDataset(manifest)
    const paths = items.flatMap(({ source }) => (source.kind === 'image' ? [source.path] : []))
    await writeFile(join(folder, 'paths.json'), JSON.stringify(paths))
    await writeFile(join(folder, 'encoder.json'), JSON.stringify({ ...mobilenet, batch: 8 }))
  },
}
