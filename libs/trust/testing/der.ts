import { sign, type KeyObject } from 'node:crypto';

/** Small tools to take DER apart, change it and sign it again, as no library would write it. */

/** A tag with its length, minimal, and what it holds. */
export function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
}

/** The items of a constructed one, each with its head. */
export function itemsOf(constructed: Buffer): Buffer[] {
  const items: Buffer[] = [];
  for (let rest = contentOf(constructed); rest.length > 0;) {
    const end = rest.length - contentOf(rest, true).length;
    items.push(rest.subarray(0, end));
    rest = rest.subarray(end);
  }
  return items;
}

/** What stands in the first item, or behind it. */
export function contentOf(item: Buffer, behind = false): Buffer {
  const [, length = 0] = item;
  const octets = length < 0x80 ? 0 : length & 0x7f;
  const size = octets === 0 ? length : item.readUIntBE(2, octets);
  const start = 2 + octets;
  return behind ? item.subarray(start + size) : item.subarray(start, start + size);
}

/** A certificate, list or request with other fields, signed again over the hash that its algorithm names. */
export function resigned(
  whole: Buffer,
  key: KeyObject,
  edit: (fields: Buffer[]) => Buffer[],
  hash = 'sha256',
): Buffer {
  const [signed = whole, algorithm = whole] = itemsOf(whole);
  const changed = der(0x30, ...edit(itemsOf(signed)));
  return der(0x30, changed, algorithm, der(0x03, Buffer.from([0]), sign(hash, changed, key)));
}

export function pemOf(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').replace(/.{1,64}/g, '$&\n');
  return `-----BEGIN ${label}-----\n${lines}-----END ${label}-----\n`;
}
