import { element } from './xml.js'

/** An error in the words of S3. */
export class S3Error extends Error {
  constructor(status, code, message) {
    super(message)
    this.status = status
    this.code = code
  }

  toXml(resource) {
    return element('Error', [
      element('Code', this.code),
      element('Message', this.message),
      element('Resource', resource),
    ])
  }
}
