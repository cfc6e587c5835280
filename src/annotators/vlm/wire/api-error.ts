import { APICallError } from '@ai-sdk/provider'

/** A failure as the SDK would throw it, so that it is judged like one; without a status there was no response. */
export function apiError(
  statusCode: number | undefined,
  message: string,
  more: Pick<ConstructorParameters<typeof APICallError>[0], 'cause' | 'responseBody' | 'responseHeaders'> = {},
): APICallError {
  return new APICallError({ message, url: '', requestBodyValues: {}, ...(statusCode && { statusCode }), ...more })
}

/** The same from a response that is of no use; `message` stands in where its body says nothing. */
export function responseError(
  response: Response,
  responseBody: string,
  message: string = response.statusText,
): APICallError {
  return apiError(response.status, message, { responseBody, responseHeaders: Object.fromEntries(response.headers) })
}
