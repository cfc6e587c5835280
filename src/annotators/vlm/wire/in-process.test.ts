import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Call } from '../transport.ts'
import type { Chat } from './chat.ts'
import { openInProcessChat, type InProcessOptions } from './in-process.ts'
import { writeTinyChatModel } from './tiny-chat-model.ts'

let folder = ''
let chat: Chat
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-in-process-'))
  // Where files of hf:owner/tiny would be put by hand.
  await writeTinyChatModel(join(folder, 'owner/tiny'))
  chat = await open(join(folder, 'owner/tiny'))
})
afterAll(() => rm(folder, { recursive: true }))

function open(model: string, options: Partial<InProcessOptions> = {}): Promise<Chat> {
  return openInProcessChat({ model, cacheDir: folder, clock: { now: () => 0 }, ...options })
}

const red = { r: 255, g: 0, b: 0 }
const blue = { r: 0, g: 0, b: 255 }

async function paint(background: typeof red): Promise<Uint8Array> {
  return sharp({ create: { width: 20, height: 20, channels: 3, background } })
    .jpeg({ quality: 95 })
    .toBuffer()
}

function ask(picture: Uint8Array | null, options: Partial<Call> = {}): Call {
  const file = picture && {
    type: 'file' as const,
    mediaType: 'image/jpeg',
    data: { type: 'data' as const, data: picture },
  }
  const content = [...(file ? [file] : []), { type: 'text' as const, text: 'colour' }]
  return { prompt: [{ role: 'user', content }], maxOutputTokens: 20, temperature: 0, logprobs: false, ...options }
}

test('a model in this process looks at the picture, and counts what it read and wrote', async () => {
  expect(await chat(ask(await paint(red)))).toEqual({
    text: '{"label": "red" }',
    finishReason: 'stop',
    // user <image> colour assistant; {"label": "red" } </s>.
    usage: { input: 4, output: 4 },
    seconds: 0,
  })
  expect(await chat(ask(await paint(blue)))).toMatchObject({ text: '{"label": "blue" }' })
})

test('questions asked at once are answered one after the other, each about its own picture', async () => {
  let ticks = 0
  const ticking = await open(join(folder, 'owner/tiny'), { clock: { now: () => ticks++ } })
  const pictures = await Promise.all([red, blue, blue, red].map((colour) => paint(colour)))
  const replies = await Promise.all(pictures.map((picture) => ticking(ask(picture))))
  expect(replies.map(({ text }) => text.match(/red|blue/)![0])).toEqual(['red', 'blue', 'blue', 'red'])
  // The clock ticks when it is read: nothing else began between the begin and the end of a reply.
  expect(replies.map(({ seconds }) => seconds)).toEqual([0.001, 0.001, 0.001, 0.001])
})

test('a reply that was cut off says so', async () => {
  expect(await chat(ask(await paint(red), { maxOutputTokens: 2 }))).toMatchObject({
    text: '{"label": "red"',
    finishReason: 'length',
    usage: { output: 2 },
  })
})

test('a text alone is read, too, and examples come before the question', async () => {
  expect(await chat(ask(null))).toMatchObject({ finishReason: 'stop', usage: { input: 3 } })
  const { prompt } = ask(await paint(blue))
  const example: Call['prompt'] = [...prompt, { role: 'assistant', content: [{ type: 'text', text: '"blue"' }] }]
  const system: Call['prompt'] = [{ role: 'system', content: 'colour' }]
  expect(await chat({ ...ask(null), prompt: [...system, ...example, ...prompt] })).toMatchObject({
    text: '{"label": "blue" }',
    // system colour user <image> colour assistant "blue" user <image> colour assistant.
    usage: { input: 11 },
  })
})

test('a picture is shrunk with antialiasing: two blue columns in sixteen never make it blue', async () => {
  for (let at = 0; at < 16; at += 2) {
    const stripes = [0, 16, 32, 48].map((x) => `<rect x="${x + at}" width="2" height="64" fill="#00f"/>`).join('')
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64" fill="#f00"/>${stripes}</svg>`
    const picture = await sharp(Buffer.from(svg)).png().toBuffer()
    expect(await chat(ask(picture))).toMatchObject({ text: '{"label": "red" }' })
  }
})

test('a model of the hub is taken from the folder where its files were put by hand', async () => {
  const local = await open('hf:owner/tiny', { localOnly: true })
  expect(await local(ask(await paint(red)))).toMatchObject({ text: '{"label": "red" }' })
})

test.for<[string, string, Partial<InProcessOptions>]>([
  ['hf:owner/absent', 'model-unreachable', { localOnly: true }],
  ['hf:owner/tiny', 'model-unreachable', { localOnly: true, dtype: 'q4' }],
  ['hf:../..', 'bad-model-name', {}],
  ['absent', 'bad-model', {}],
])('%s: %s', async ([model, code, options]) => {
  const error: unknown = await open(model.startsWith('hf:') ? model : join(folder, model), options).catch(
    (e: unknown) => e,
  )
  expect(error).toMatchObject({ code })
  if (code === 'model-unreachable') expect((error as Error).message).toContain(join(folder, model.slice(3)))
})

test('without the package, the error says how to install it without its CUDA download', async () => {
  vi.resetModules()
  vi.doMock('@huggingface/transformers', () => {
    throw new Error('Cannot find package')
  })
  const fresh = await import('./in-process.ts')
  await expect(
    fresh.openInProcessChat({ model: folder, cacheDir: folder, clock: { now: () => 0 } }),
  ).rejects.toMatchObject({
    code: 'peer-missing',
    fix: expect.stringMatching(/allowScripts.*\.npmrc.*npm install @huggingface\/transformers/s),
  })
  vi.doUnmock('@huggingface/transformers')
})
