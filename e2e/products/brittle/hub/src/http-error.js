/** An answer that ends a request early. */
export class HttpError extends Error {
  constructor(status, message) {
    super(message)
    this.status = status
  }
}
