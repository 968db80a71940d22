import { get } from 'node:http'

/** The status that a URL answers with for a Host header, which `fetch` would not send; 0 without any answer. */
export function statusFor(url, host, timeoutMs) {
  return new Promise((resolve) => {
    const request = get(url, { headers: { host }, timeout: timeoutMs }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(0))
  })
}
