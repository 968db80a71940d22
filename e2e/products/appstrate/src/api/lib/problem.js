/** What a client is told when a request fails: a problem document (RFC 9457) with a stable code. */
export class Problem extends Error {
  constructor(status, code, detail, headers = {}) {
    super(detail)
    this.status = status
    this.code = code
    this.headers = headers
  }

  toResponse(requestId) {
    const body = { type: 'about:blank', title: titles[this.status], status: this.status, code: this.code }
    return new Response(JSON.stringify({ ...body, detail: this.message, requestId }), {
      status: this.status,
      headers: { 'Content-Type': 'application/problem+json', 'Request-Id': requestId, ...this.headers },
    })
  }
}

const titles = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}
