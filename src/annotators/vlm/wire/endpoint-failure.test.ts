import { APICallError } from '@ai-sdk/provider'
import { expect, test } from 'vitest'
import { anthropicError } from '../../../../test/fakes/anthropic.ts'
import type { FakeReply } from '../../../../test/fakes/fake.ts'
import { googleError } from '../../../../test/fakes/google.ts'
import { openAiError } from '../../../../test/fakes/openai.ts'
import { endpointError, judgeFailure, type Failure } from './endpoint-failure.ts'
import { parseEndpoint } from './endpoint.ts'

const endpoint = parseEndpoint('http://127.0.0.1:8000/v1/', 'sk-secret')
// 22:13:20 on 14 November 2023.
const now = 1_700_000_000_000

function judged({ status, body, headers = {} }: FakeReply): Failure {
  const responseBody = typeof body === 'string' ? body : JSON.stringify(body)
  const about = { url: '', requestBodyValues: {}, statusCode: status, responseHeaders: headers, responseBody }
  return judgeFailure(new APICallError({ message: 'Bad Request', ...about }), endpoint, now)
}

const google = (reason: string): FakeReply => googleError(400, 'INVALID_ARGUMENT', 'no', [{ reason }])
const wait = googleError(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded', [
  { '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations: [] },
  { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.5s' },
])

test.each<[string, FakeReply, Partial<Failure>]>([
  ['a wrong key at OpenAI', openAiError(401, 'Incorrect API key', { code: 'invalid_api_key' }), { kind: 'denied' }],
  ['no credit at OpenAI', openAiError(429, 'no quota', { code: 'insufficient_quota' }), { kind: 'denied' }],
  ['no credit at a router', openAiError(402, 'Insufficient credits'), { kind: 'denied' }],
  ['a wrong key at Anthropic', anthropicError(401, 'authentication_error', 'invalid x-api-key'), { kind: 'denied' }],
  [
    'no credit at Anthropic',
    anthropicError(400, 'invalid_request_error', 'Your credit balance is too low to access the API.'),
    { kind: 'denied' },
  ],
  ['a wrong key at Google', google('API_KEY_INVALID'), { kind: 'denied' }],
  ['a wrong place for Google', googleError(400, 'FAILED_PRECONDITION', 'not there'), { kind: 'denied' }],
  ['no rights at Google', googleError(403, 'PERMISSION_DENIED', 'no'), { kind: 'denied' }],
  ['too many requests', openAiError(429, 'slow', { code: 'rate_limit_exceeded' }), { passing: true, lost: false }],
  ['an overloaded Claude', anthropicError(529, 'overloaded_error', 'Overloaded'), { passing: true, lost: false }],
  ['a quota of Google', wait, { passing: true, retryAfterMs: 34_500 }],
  ['one that it packs into a list', { status: 429, body: [wait.body] }, { passing: true, retryAfterMs: 34_500 }],
  ['a gateway that waited in vain', { status: 504, body: '<html>504</html>' }, { passing: true, lost: true }],
  ['half a reply', { status: 200, body: '{"choices": [' }, { passing: true, lost: true }],
  ['an error that claims success', { status: 200, body: { error: { code: 429, message: 'slow' } } }, { status: 429 }],
  ['a picture that is too large', anthropicError(413, 'request_too_large', 'too large'), { kind: 'rejected' }],
  ['a bad message', openAiError(400, 'You uploaded an unsupported image.'), { kind: 'rejected', passing: false }],
  ['one of FastAPI', { status: 422, body: { detail: [{ msg: 'Field required' }] } }, { kind: 'rejected' }],
  ['an unknown model', openAiError(404, 'no', { code: 'model_not_found' }), { kind: 'failed', passing: false }],
  ['a server error', { status: 500, body: 'oops' }, { kind: 'failed', passing: true, lost: false }],
])('%s is judged right', (_, reply, judgement) => {
  const failure = judged(reply)
  expect(failure).toMatchObject({ kind: 'failed', ...judgement })
  if (failure.kind !== 'failed') expect(failure).toMatchObject({ passing: false, lost: false })
})

test('what passes is tried again; what will not, is not', () => {
  const passing = (status: number): boolean => judged({ status, body: '' }).passing
  expect([408, 409, 429, 500, 502, 503, 504, 529, 200].filter((status) => !passing(status))).toEqual([])
  expect([400, 401, 402, 403, 404, 413, 422].filter(passing)).toEqual([])
})

test('a certificate that cannot be trusted means that nothing was sent', () => {
  const cause = Object.assign(new Error('self-signed certificate'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  const thrown = new APICallError({ message: 'Cannot connect to API', url: '', requestBodyValues: {}, cause })
  expect(judgeFailure(thrown, endpoint, now)).toMatchObject({ kind: 'unreachable', lost: false })
})

test('a server is left alone for as long as it asks, in any of the three spellings', () => {
  const pause = (headers: Record<string, string>): number | null =>
    judged({ status: 429, body: '', headers }).retryAfterMs
  expect(pause({ 'retry-after': '2' })).toBe(2000)
  expect(pause({ 'retry-after-ms': '150', 'retry-after': '9' })).toBe(150)
  expect(pause({ 'retry-after': 'Tue, 14 Nov 2023 22:13:50 GMT' })).toBe(30_000)
  expect(pause({ 'retry-after': 'later' })).toBe(null)
})

test.each<[FakeReply, string]>([
  [openAiError(401, 'bad key sk-secret, see sk-secret'), 'refused our key: HTTP 401 bad key [key], see [key] inv'],
  [anthropicError(413, 'request_too_large', 'too large'), 'HTTP 413 too large request_too_large.'],
  [googleError(404, 'NOT_FOUND', 'models/x is not found'), 'failed once, at last with: HTTP 404 models/x is not found'],
  [
    { status: 422, body: { detail: 'no pictures, please' } },
    'did not take this message: HTTP 422 no pictures, please.',
  ],
  [{ status: 500, body: 'CUDA out of\u001b[2J memory' }, 'HTTP 500 CUDA out of [2J memory.'],
  [{ status: 502, body: '<html>nginx</html>' }, 'HTTP 502 Bad Request.'],
])('an error of %o says in the words of the server what it is, but never the key', (reply, words) => {
  const { message, cause } = endpointError(judged(reply), endpoint)
  expect(message).toContain('http://127.0.0.1:8000/v1 ')
  expect(message).toContain(words)
  expect(message).not.toContain('sk-secret')
  expect(cause).toBeUndefined()
})

test.each(['localhost:8000', 'ftp://host/v1', 'http://me:sk-secret@host/v1', 'https://host/v1?key=sk-secret'])(
  'an address that is none, or carries a secret, is refused: %s',
  (address) => {
    const refused = expect.objectContaining({
      code: 'bad-endpoint',
      message: expect.not.stringContaining('sk-secret') as string,
    }) as Error
    expect(() => parseEndpoint(address)).toThrow(refused)
  },
)
