/** One block of RFC 7468, with white space around it and nothing else. */
const BLOCK = /^\s*-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----\s*$/;

/**
 * The bytes of one PEM block with the label, or of DER. A copy: what the caller does to its bytes later changes nothing.
 *
 * @param bytesMax keeps a parser from reading megabytes; text may be twice as long
 * @throws Error with what is wrong, in words
 */
export function bytesIn(pemOrDer: string | Uint8Array, label: string, bytesMax: number): Buffer {
  if (pemOrDer.length > bytesMax * 2) throw new Error(`it is larger than ${bytesMax} bytes`);
  const bytes = typeof pemOrDer === 'string' ? blockIn(pemOrDer, label) : Buffer.from(pemOrDer);
  if (bytes.length > bytesMax) throw new Error(`it is larger than ${bytesMax} bytes`);
  return bytes;
}

function blockIn(pem: string, label: string): Buffer {
  if (BLOCK.exec(pem)?.[1] !== label) throw new Error(`it is not one PEM block with the label ${label}`);
  return Buffer.from(pem.replace(BLOCK, '$2'), 'base64');
}

/** With lines of 64 characters, and a line break at its end. */
export function pemOf(label: string, bytes: Uint8Array): string {
  const lines = Buffer.from(bytes)
    .toString('base64')
    .replace(/.{1,64}/g, '$&\n');
  return `-----BEGIN ${label}-----\n${lines}-----END ${label}-----\n`;
}
