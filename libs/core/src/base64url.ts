/** RFC 4648 section 5, without padding. */
export function toBase64url(bytes: Uint8Array | string): string {
  return Buffer.from(bytes as Uint8Array).toString('base64url');
}

/**
 * Strict decoding: the text must be exactly what encoding its bytes gives, so that one value has one spelling
 * (Node's decoder skips characters that it does not know and ignores stray bits).
 *
 * @returns undefined where the text is not canonical base64url
 */
export function fromBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}
