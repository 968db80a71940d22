/** Turns a secret into bytes that only this user on this computer can turn back; or says why it cannot. */
export type Seal =
  | { readonly available: true; seal(secret: string): Uint8Array; open(sealed: Uint8Array): string }
  | { readonly available: false; readonly reason: string }
