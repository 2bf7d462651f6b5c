/** RFC 4648 section 5, without padding. */
export function toBase64url(bytes: Uint8Array | string): string {
  return Buffer.from(bytes as Uint8Array).toString('base64url');
}

const ALPHABET = /^[A-Za-z0-9_-]*$/;

/**
 * Strict decoding: one value has one spelling. Node's decoder skips characters that it does not know, takes those of plain
 * base64 too, ignores stray bits, and of a character beyond Latin-1 reads the low byte: `Ł` passes for `A` there. So every
 * character is looked at before it decodes, and the last group must encode to itself.
 *
 * @returns undefined where the text is not canonical base64url
 */
export function fromBase64url(text: string): Buffer | undefined {
  if (!ALPHABET.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  const rest = bytes.toString('base64url', bytes.length - (bytes.length % 3));
  return rest === text.slice(text.length - (text.length % 4)) ? bytes : undefined;
}
