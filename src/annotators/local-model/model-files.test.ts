import { createServer, type RequestListener } from 'node:http'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { existsSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openModelFiles } from './model-files.ts'

let cacheDir = ''
let closeHub = async (): Promise<void> => {}
beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'labelwright-hub-'))
})
afterEach(async () => {
  await closeHub()
  await rm(cacheDir, { recursive: true })
})

/** Starts a hub; the requests it gets are noted as `path authorization`. */
async function startHub(answer: RequestListener): Promise<{ hub: string; requests: string[] }> {
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(`${request.url} ${request.headers.authorization ?? '-'}`)
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closeHub = () => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(() => resolve()))
  }
  return { hub: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, requests }
}

test('a file is fetched from the hub once, with the token, and then lies in the cache', async () => {
  const { hub, requests } = await startHub((_, response) => response.end('{"model_type":"clip"}'))
  const open = () => openModelFiles('hf:owner/some-clip', { cacheDir, hub, token: 'secret' })
  const path = await open().path('config.json')
  expect(path).toBe(join(cacheDir, 'owner/some-clip/config.json'))
  expect(await readFile(path, 'utf8')).toBe('{"model_type":"clip"}')
  await open().path('config.json')
  expect(requests).toEqual(['/owner/some-clip/resolve/main/config.json Bearer secret'])
})

test('a download that breaks off leaves nothing behind, and is made anew', async () => {
  let whole = false
  const { hub } = await startHub((_, response) => {
    response.writeHead(200, { 'content-length': 8 })
    if (whole) response.end('complete')
    else response.write('comp', () => response.destroy())
  })
  const files = openModelFiles('hf:owner/clip', { cacheDir, hub })
  await expect(files.path('onnx/text_model.onnx')).rejects.toMatchObject({ code: 'model-unreachable' })
  expect(readdirSync(join(cacheDir, 'owner/clip/onnx'))).toEqual([])
  whole = true
  expect(await readFile(await files.path('onnx/text_model.onnx'), 'utf8')).toBe('complete')
})

test('offline, the error names the folder where the files can be put by hand; what lies there is used', async () => {
  const { hub } = await startHub(() => {})
  await closeHub()
  closeHub = async () => {}
  const folder = join(cacheDir, 'owner/clip')
  const files = openModelFiles('hf:owner/clip', { cacheDir, hub })
  await expect(files.path('config.json')).rejects.toMatchObject({
    code: 'model-unreachable',
    problem: expect.stringContaining('ECONNREFUSED'),
    fix: expect.stringContaining(folder),
  })
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'config.json'), '{}')
  expect(await files.path('config.json')).toBe(join(folder, 'config.json'))
})

test.for([
  [404, 'missing-model-file', 'has no file onnx/x.onnx'],
  [401, 'model-unreachable', 'does not hand out'],
  [403, 'model-unreachable', 'does not hand out'],
  [503, 'model-unreachable', 'HTTP 503'],
] as const)('a hub that says %d: %s', async ([status, code, problem]) => {
  const { hub } = await startHub((_, response) => response.writeHead(status).end('secret page'))
  const failed = openModelFiles('hf:owner/clip', { cacheDir, hub, token: 'secret' }).path('onnx/x.onnx')
  const error: unknown = await failed.catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code, problem: expect.stringContaining(problem) })
  expect(String(error)).not.toContain('secret')
})

test.for([
  'hf:../..',
  'hf:owner',
  'hf:owner/..',
  'hf:a/b/c',
  'hf:owner/name?x=1',
  'hf:/etc/passwd',
  'hf:',
  'hf:o\\..\\x/y',
])('no file is looked for under the name "%s"', (name) => {
  expect(() => openModelFiles(name, { cacheDir })).toThrow(expect.objectContaining({ code: 'bad-model-name' }))
  expect(readdirSync(cacheDir)).toEqual([])
})

test('a folder is read where it is', async () => {
  await writeFile(join(cacheDir, 'config.json'), '{}')
  const files = openModelFiles(cacheDir, { cacheDir: join(cacheDir, 'unused') })
  expect(await files.path('config.json')).toBe(join(cacheDir, 'config.json'))
  await expect(files.path('onnx/text_model.onnx')).rejects.toMatchObject({ code: 'missing-model-file' })
  expect(existsSync(join(cacheDir, 'unused'))).toBe(false)
})
