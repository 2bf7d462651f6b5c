import 'reflect-metadata';
import { KeyUsageFlags } from '@peculiar/x509';
import { AT, ca, caUsage, leafUsage, make, NOT_AFTER, NOT_BEFORE, type Made } from '../testing/chains.js';
import { der, itemsOf, pemOf, resigned } from '../testing/der.js';
import {
  AUTHORITY_KEY,
  critical,
  CRL_NUMBER,
  entry,
  replaced,
  SUBJECT_KEY,
  time,
  without,
  type Edit,
} from '../testing/edits.js';
import { createCrl, parseCrl, type Crl } from './index.js';
import { isSignedBy, revocationOf } from './revocation.js';

const NOBODY = '5a'.repeat(20);
const MIDNIGHT = '260101000000Z';

let issuer: Made;
let plain: Buffer;
beforeAll(async () => {
  issuer = await make({ name: 'Root', extensions: [ca(0), caUsage] });
  plain = await listOf(issuer);
});

async function listOf(by: Made): Promise<Buffer> {
  const { der } = await createCrl({
    issuer: { certificate: by.certificate, privateKey: by.pair.privateKey },
    revoked: [{ serialNumber: '40ab', at: NOT_BEFORE, reason: 'superseded' }],
    thisUpdate: NOT_BEFORE,
    nextUpdate: NOT_AFTER,
    number: 7,
  });
  return der;
}
const read = (edit: Edit): Crl => parseCrl(resigned(plain, issuer.pair.privateKey, edit));
const reason = (code: string): Edit => entry('40CD', MIDNIGHT, `0603551d1504030a01${code}`);

describe('what is read of a revocation list', () => {
  it('is what stands in it, and cannot be changed', () => {
    const crl = parseCrl(plain);
    const entries = [{ serialNumber: '40ab', at: NOT_BEFORE, reason: 'superseded' }];
    expect(crl).toMatchObject({
      der: plain,
      pem: pemOf('X509 CRL', plain),
      issuer: 'CN=Root',
      thisUpdate: NOT_BEFORE,
      nextUpdate: NOT_AFTER,
      number: 7,
      entries,
    });
    expect(crl.revoked).toEqual(new Map([['40ab', NOT_BEFORE]]));
    expect(Buffer.from(crl.hash, 'base64url')).toHaveLength(32);
    expect([crl, crl.entries].every(Object.isFrozen)).toBe(true);
    expect(parseCrl(crl.pem)).toBe(crl);
    expect(() => {
      isSignedBy({ ...crl }, issuer.certificate);
    }).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
  });

  it.each([
    ['00', undefined],
    ['01', 'key-compromise'],
    ['02', undefined],
    ['03', 'affiliation-changed'],
    ['04', 'superseded'],
    ['05', 'cessation'],
    ['06', undefined],
    ['09', undefined],
  ])('is its reason %s as %s', (code, expected) => {
    expect(read(reason(code)).entries[1]).toEqual({
      serialNumber: '40cd',
      at: NOT_BEFORE,
      ...(expected && { reason: expected }),
    });
  });

  it('may do without a number, a reason and our order of things', () => {
    expect(read(without(CRL_NUMBER)).number).toBeUndefined();
    expect(read(entry('40cd', MIDNIGHT)).entries[1]).toEqual({ serialNumber: '40cd', at: NOT_BEFORE });
    expect(read(critical(AUTHORITY_KEY)).issuer).toBe('CN=Root');
    const empty = read((fields) => fields.toSpliced(-2, 1));
    expect([empty.entries, empty.revoked.size]).toEqual([[], 0]);
    const first = read((fields) => [...fields.slice(1, 5), entryOf('40fe')]);
    expect(first.entries).toEqual([{ serialNumber: '40fe', at: NOT_BEFORE }]);
    expect(read((fields) => fields.slice(1, 5)).entries).toEqual([]);
    const near = read((fields) => entry('40fe', MIDNIGHT)(entry('40ff', MIDNIGHT)(fields)));
    expect(near.revoked.size).toBe(3);
  });
});

/** A list's entries: one, without a reason. */
function entryOf(serial: string): Buffer {
  return der(0x30, der(0x30, der(0x02, Buffer.from(serial, 'hex')), time(MIDNIGHT)));
}

describe('a revocation list that is not read', () => {
  const dateless: Edit = (fields) => fields.with(-2, der(0x30, der(0x30, Buffer.from('020140', 'hex'))));
  const twice: Edit = (fields) => {
    const [list = plain] = itemsOf(fields.at(-1) ?? plain);
    const all = itemsOf(list);
    return fields.with(-1, der(0xa0, der(0x30, ...all, all.at(-1) ?? plain)));
  };
  const reasons = (...codes: string[]): Edit => {
    const extensions = codes.map((code) => Buffer.from(`300a0603551d1504030a01${code}`, 'hex'));
    const added = der(0x30, Buffer.from('020240cd', 'hex'), time(MIDNIGHT), der(0x30, ...extensions));
    return (fields) => fields.with(-2, der(0x30, ...itemsOf(fields.at(-2) ?? plain), added));
  };

  it('reads the same entry with one reason', () => {
    expect(read(reasons('01')).entries).toHaveLength(2);
  });

  it.each<[string, Edit, RegExp]>([
    ['has an extension twice', twice, /twice/],
    ['has two reasons for one', reasons('01', '01'), /twice/],
    ['has nothing but times', (fields) => fields.slice(3, 5), /two different signature algorithms/],
    ['has no issuer at all', (fields) => fields.toSpliced(2, 1), /names no issuer/],
    ['has no times', (fields) => fields.toSpliced(3, 2), /no next update/],
    ['has no date of an entry', dateless, /a date that does not exist/],
    ['is of version 1', (fields) => fields.with(0, Buffer.from('020100', 'hex')), /not of version 2/],
    ['is of no version and has extensions', (fields) => fields.toSpliced(0, 1), /not of version 2/],
    [
      'is of no version and has a reason',
      (fields) => fields.toSpliced(-1, 1).toSpliced(0, 1),
      /not of version 2/,
    ],
    [
      'is of no version and one of its entries has a reason',
      (fields) => entry('40fe', MIDNIGHT)(fields).toSpliced(-1, 1).toSpliced(0, 1),
      /not of version 2/,
    ],
    [
      'is of no version and has extensions, but no reason',
      (fields) => fields.with(-2, entryOf('40fe')).toSpliced(0, 1),
      /not of version 2/,
    ],
    [
      'has a critical extension beside its extensions',
      (fields) => {
        const delta = der(0x30, der(0x30, Buffer.from('0603551d1b0101ff0403020101', 'hex')));
        return fields.with(-1, der(0xa0, ...itemsOf(fields.at(-1) ?? plain), delta));
      },
      /other fields than a list/,
    ],
    [
      'has a field behind the extensions of an entry',
      (fields) => {
        const [one = plain] = itemsOf(fields.at(-2) ?? plain);
        return fields.with(-2, der(0x30, der(0x30, ...itemsOf(one), Buffer.from('0500', 'hex'))));
      },
      /other fields than a list/,
    ],
    ['has a critical number', critical(CRL_NUMBER), /critical extension 2\.5\.29\.20/],
    [
      'has a critical reason',
      entry('40cd', MIDNIGHT, '0603551d150101ff04030a0101'),
      /extension 2\.5\.29\.21/,
    ],
  ])('%s', (_, edit, message) => {
    expect(() => read(edit)).toThrow(
      expect.objectContaining({
        code: 'CERTIFICATE_FORMAT',
        message: expect.stringMatching(message) as unknown,
      }),
    );
  });

  it('is larger than 1 MiB, or no list at all', () => {
    const [signed = plain, algorithm = plain] = itemsOf(plain);
    const bytes = 1_048_576;
    // Two heads, of three bytes of length: what is in the signature matters to nobody who only reads it.
    const head = (tag: number, length: number) => Buffer.from([tag, 0x83, length >> 16, length >> 8, length]);
    const ofSize = (size: number) => {
      const rest = size - 10 - signed.length - algorithm.length;
      return Buffer.concat([head(0x30, size - 5), signed, algorithm, head(0x03, rest), Buffer.alloc(rest)]);
    };
    expect(parseCrl(ofSize(bytes)).number).toBe(7);
    expect(() => parseCrl(ofSize(bytes + 1))).toThrow('larger than');
    expect(() => parseCrl(Buffer.from('3000', 'hex'))).toThrow(
      expect.objectContaining({ code: 'CERTIFICATE_FORMAT', cause: expect.any(Error) as unknown }),
    );
  });
});

describe('a revocation list counts', () => {
  const answer = (list: Crl | Buffer, by = issuer) =>
    isSignedBy(Buffer.isBuffer(list) ? parseCrl(list) : list, by.certificate);

  it('where its issuer may sign lists and signed it, by name and key', async () => {
    const wish = { name: 'Root', pair: issuer.pair };
    expect(answer(plain)).toBe(true);
    const keyless = await make({ ...wish, extensions: [ca(0), caUsage], edit: without(SUBJECT_KEY) });
    expect(answer(plain, keyless)).toBe(true);
    const unlimited = await make({ ...wish, extensions: [ca(0)] });
    const certificatesOnly = await make({
      ...wish,
      extensions: [ca(0), leafUsage(KeyUsageFlags.keyCertSign)],
    });
    const renamed = await make({ ...wish, name: 'ROOT', extensions: [ca(0), caUsage] });
    const other = await make({ name: 'Root', extensions: [ca(0), caUsage] });
    for (const by of [unlimited, certificatesOnly, renamed, other]) expect(answer(plain, by)).toBe(false);
  });

  it('where the key is of the suite that its algorithm is of', () => {
    // SHA-384 by name, and SHA-256 in truth.
    const algorithm = Buffer.from('300a06082a8648ce3d040303', 'hex');
    const renamed = resigned(plain, issuer.pair.privateKey, (fields) => fields.with(1, algorithm));
    const [signed = plain, , signature = plain] = itemsOf(renamed);
    expect(answer(der(0x30, signed, algorithm, signature))).toBe(false);
  });

  /** What its authority key identifier says: key [0], issuer of the certificate [1], its serial number [2]. */
  const naming = (parts: { key?: string; name?: string; host?: string; serial?: string }): Crl => {
    const hex = (text: string) => Buffer.from(text, 'hex');
    const name = (text: string) => {
      const attribute = der(0x30, hex('0603550403'), der(0x0c, Buffer.from(text)));
      return der(0xa4, der(0x30, der(0x31, attribute)));
    };
    const names = [
      ...(parts.name === undefined ? [] : [name(parts.name)]),
      ...(parts.host === undefined ? [] : [der(0x82, Buffer.from(parts.host))]),
    ];
    const value = der(
      0x30,
      ...(parts.key === undefined ? [] : [der(0x80, hex(parts.key))]),
      ...(names.length === 0 ? [] : [der(0xa1, ...names)]),
      ...(parts.serial === undefined ? [] : [der(0x82, hex(parts.serial))]),
    );
    return read(replaced(AUTHORITY_KEY, value));
  };

  it('where it says nothing of its issuer’s key, or the truth', () => {
    const { serialNumber: serial } = issuer.certificate;
    for (const parts of [{}, { name: 'Root' }, { serial }, { name: 'Root', serial }])
      expect([parts, answer(naming(parts))]).toEqual([parts, true]);
    for (const parts of [{ key: NOBODY }, { name: 'root' }, { serial: '40' }, { name: 'Root', serial: '40' }])
      expect([parts, answer(naming(parts))]).toEqual([parts, false]);
    expect(answer(read(without(AUTHORITY_KEY)))).toBe(true);
  });

  it('where only names of a directory are taken for its issuer’s', () => {
    expect(answer(naming({ name: 'Root', host: 'root.example' }))).toBe(true);
    expect(answer(naming({ name: 'Other', host: 'CN=Root' }))).toBe(false);
  });

  it('for its own issuer’s certificates, and revokes for ever', async () => {
    const leaf = await make({
      name: 'Leaf',
      issuer,
      extensions: [],
      edit: (fields) => fields.with(-7, Buffer.from('020240ab', 'hex')),
    });
    const ask = (crls: Crl[], at = AT) => revocationOf(leaf.certificate, issuer.certificate, crls, at);
    const revoking = parseCrl(plain);
    const clearing = read((fields) => fields.toSpliced(-2, 1));
    expect(ask([])).toBe('not-covered');
    expect(ask([clearing])).toBe('good');
    expect([ask([clearing, revoking]), ask([revoking, clearing])]).toEqual(['revoked', 'revoked']);
    const after = new Date(NOT_AFTER.getTime() + 1);
    expect([ask([clearing], after), ask([revoking], after)]).toEqual(['stale', 'revoked']);
    expect(ask([clearing], NOT_AFTER)).toBe('good');
  });
});
