import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { clock, question } from '../../../../test/fakes/converse.ts'
import { openChat } from './chat.ts'
import { judgeFailure } from './endpoint-failure.ts'
import { parseEndpoint } from './endpoint.ts'
import { listModels } from './list-models.ts'
import { providerNames, type Connection, type ProviderName } from './provider.ts'

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function connect(provider: ProviderName, url: string): Connection {
  return { provider, endpoint: parseEndpoint(url, 'sk-secret'), model: 'm' }
}

test.each(providerNames)('a redirect takes neither the key nor the picture of %s to another host', async (provider) => {
  const stolen: unknown[] = []
  const other = await serve((request, response) => {
    stolen.push(request.headers)
    response.end('{}')
  })
  const url = await serve((request, response) => {
    request.resume()
    response.writeHead(307, { location: `${other}/sk-secret` }).end()
  })
  const connection = connect(provider, url)
  const options = { clock, timeoutMs: 5000 }
  const thrown = await openChat(connection, options)(question).catch((error: unknown) => error)
  expect(judgeFailure(thrown, connection.endpoint, 0)).toMatchObject({
    kind: 'failed',
    passing: false,
    lost: false,
    said: `HTTP 307 it redirects to ${other}/[key]`,
  })
  await expect(listModels(connection, options)).rejects.toMatchObject({
    code: 'endpoint-failed',
    fix: expect.stringContaining('redirects') as string,
  })
  expect(stolen).toEqual([])
})

test('a reply without end is broken off', async () => {
  const megabyte = Buffer.alloc(1 << 20, 'a')
  let sent = 0
  const url = await serve((request, response) => {
    request.resume()
    const more = (): void => {
      while (!response.destroyed && response.write(megabyte)) sent++
    }
    response.writeHead(200, { 'content-type': 'application/json' }).on('drain', more)
    more()
  })
  const connection = connect('openai-compatible', url)
  const thrown = await openChat(connection, { clock, timeoutMs: 20_000 })(question).catch((error: unknown) => error)
  expect(judgeFailure(thrown, connection.endpoint, 0)).toMatchObject({
    lost: true,
    said: 'it sent more than 67108864 bytes',
  })
  expect(sent).toBeLessThan(100)
})
