/** RFC 4648 section 5, without padding. */
export function toBase64url(bytes: Uint8Array | string): string {
  return Buffer.from(bytes as Uint8Array).toString('base64url');
}

/** From here on, looking at the length and the end is quicker than encoding everything again. */
const LONG = 256;

/**
 * Strict decoding: the text must be exactly what encoding its bytes gives, so that one value has one spelling
 * (Node's decoder skips characters that it does not know, takes those of plain base64 too, and ignores stray bits).
 *
 * @returns undefined where the text is not canonical base64url
 */
export function fromBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  const canonical = text.length < LONG ? encodesTo(bytes, text) : isWhole(bytes, text);
  return canonical ? bytes : undefined;
}

const encodesTo = (bytes: Buffer, text: string): boolean => bytes.toString('base64url') === text;

/** Every character gave its six bits, none is of plain base64, and the last group encodes to itself. */
function isWhole(bytes: Buffer, text: string): boolean {
  const lastGroup = text.length % 4;
  return (
    bytes.length === Math.floor((text.length * 3) / 4) &&
    !text.includes('+') &&
    !text.includes('/') &&
    encodesTo(bytes.subarray(bytes.length - (bytes.length % 3)), text.slice(text.length - lastGroup))
  );
}
