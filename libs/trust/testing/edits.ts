import { contentOf, der, itemsOf } from './der.js';

/** Changes to the fields of a certificate or of a list, to be signed again: what careless issuers' software writes. */

export type Edit = (fields: Buffer[]) => Buffer[];

export const SUBJECT_KEY = '0603551d0e';
export const AUTHORITY_KEY = '0603551d23';
export const CRL_NUMBER = '0603551d14';
/** NULL, which no extension is. */
export const MALFORMED = hex('0500');
/** An authority key identifier of a key that nobody has. */
export const OTHER_KEY = hex(`30168014${'5a'.repeat(20)}`);

/** From the end, since versions may be absent: RFC 5280 sections 4.1 and 5.1. */
const FIELDS = {
  version: 0,
  serial: -7,
  algorithm: -6,
  issuer: -5,
  validity: -4,
  subject: -3,
  // Of a list with entries and extensions.
  listAlgorithm: -6,
  issuerOfList: -5,
  thisUpdate: -4,
  nextUpdate: -3,
  revoked: -2,
} as const;

/** Another field, in hexadecimal or DER, or none. */
export function field(name: keyof typeof FIELDS, other: string | Buffer | undefined): Edit {
  const items = other === undefined ? [] : [typeof other === 'string' ? hex(other) : other];
  return (fields) => fields.toSpliced(FIELDS[name], 1, ...items);
}

/** UTCTime, or GeneralizedTime where the year has four digits. */
export function time(text: string): Buffer {
  return der(/^\d{14}/.test(text) ? 0x18 : 0x17, Buffer.from(text, 'latin1'));
}

export function times(notBefore: Buffer, notAfter: Buffer): Edit {
  return field('validity', der(0x30, notBefore, notAfter));
}

export function without(oid: string): Edit {
  return extensions((all) => all.filter((one) => !isOf(oid, one)));
}

export function critical(oid: string): Edit {
  return extensions((all) =>
    all.map((one) => (isOf(oid, one) ? der(0x30, hex(oid), hex('0101ff'), itemsOf(one).at(-1) ?? one) : one)),
  );
}

export function replaced(oid: string, value: Buffer): Edit {
  return extensions((all) =>
    all.map((one) => (isOf(oid, one) ? der(0x30, hex(oid), der(0x04, value)) : one)),
  );
}

/** One more revoked certificate on a list, and what stands in its one extension. */
export function entry(serial: string, date: string, extension?: string): Edit {
  const more = extension === undefined ? [] : [der(0x30, der(0x30, hex(extension)))];
  const added = der(0x30, der(0x02, hex(serial)), time(date), ...more);
  return (fields) =>
    fields.toSpliced(FIELDS.revoked, 1, der(0x30, ...itemsOf(fields.at(FIELDS.revoked) ?? MALFORMED), added));
}

function extensions(edit: (all: Buffer[]) => Buffer[]): Edit {
  return (fields) => {
    const last = fields.at(-1) ?? MALFORMED;
    return fields.toSpliced(-1, 1, der(last[0] ?? 0, der(0x30, ...edit(itemsOf(contentOf(last))))));
  };
}

function isOf(oid: string, extension: Buffer): boolean {
  return itemsOf(extension)[0]?.toString('hex') === oid;
}

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex');
}
