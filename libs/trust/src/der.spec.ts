import fc from 'fast-check';
import { der } from '../testing/der.js';
import { isInteger, partsOf, signedParts, smallInteger } from './der.js';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const SIGNED = der(0x30, hex('020101'));
const ALGORITHM = hex('300a06082a8648ce3d040302');
const SIGNATURE = hex('0303003000');
const whole = (...parts: Buffer[]): Buffer => der(0x30, ...parts);

describe('a signed structure', () => {
  it('is taken apart as it stands', () => {
    const parts = signedParts(whole(SIGNED, ALGORITHM, SIGNATURE));
    expect([parts.signedBytes, parts.algorithm]).toEqual([SIGNED, ALGORITHM]);
    expect(partsOf(parts.signed).map(partsOf)).toEqual([[]]);
  });

  const shape = 'not a signed structure';
  it.each<[string, Buffer, string]>([
    ['no parts', whole(), shape],
    ['no signature', whole(SIGNED, ALGORITHM), shape],
    ['a part too many', whole(SIGNED, ALGORITHM, SIGNATURE, SIGNATURE), shape],
    ['nothing in parts', hex('0403020101'), shape],
    ['a signature in octets', whole(SIGNED, ALGORITHM, hex('04020030')), 'no signature'],
    ['a signature of another class', whole(SIGNED, ALGORITHM, hex('83020030')), 'no signature'],
    ['a signature in pieces', whole(SIGNED, ALGORITHM, hex('230403020030')), 'no signature'],
    ['a signature of no bytes', whole(SIGNED, ALGORITHM, hex('0300')), 'no signature'],
    ['a signature that ends within a byte', whole(SIGNED, ALGORITHM, hex('03020130')), 'no signature'],
    ['a long length in brief', whole(SIGNED, ALGORITHM, hex('0381020030')), 'not in DER'],
    ['bytes behind it', Buffer.concat([whole(SIGNED, ALGORITHM, SIGNATURE), hex('00')]), 'Unparsed'],
    ['a byte too few', whole(SIGNED, ALGORITHM, SIGNATURE).subarray(0, -1), 'Too few bytes'],
  ])('is not %s', (_, bytes, message) => {
    expect(() => signedParts(bytes)).toThrow(message);
  });
});

describe('an INTEGER in DER', () => {
  /** The one encoding of a number that is not negative. */
  const encoded = (value: bigint): Buffer => {
    const digits = value.toString(16);
    const bytes = hex(digits.length % 2 === 0 ? digits : `0${digits}`);
    return der(0x02, ...((bytes[0] ?? 0) > 0x7f ? [hex('00')] : []), bytes);
  };

  it('is read in its one encoding', () => {
    const bound = 1n << 159n;
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: bound - 1n }), (value) => {
        expect(isInteger(encoded(value))).toBe(true);
        expect(isInteger(encoded(value + bound))).toBe(false);
      }),
    );
    const safe = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
    fc.assert(fc.property(safe, (value) => smallInteger(encoded(BigInt(value))) === value));
    expect(smallInteger(encoded(2n ** 53n))).toBeUndefined();
  });

  it('of few bytes is one exactly where it is the encoding of its number', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 4 }), (content) => {
        const bytes = der(0x02, Buffer.from(content));
        const value = BigInt(`0x${Buffer.from(content).toString('hex')}`);
        expect(isInteger(bytes)).toBe(encoded(value).equals(bytes));
      }),
    );
  });

  it.each([
    ['020100', true],
    ['02017f', true],
    ['02020080', true],
    ['020180', false],
    ['0202007f', false],
    ['02020000', false],
    ['0200', false],
    ['', false],
    ['030101', false],
    ['020201', false],
    ['02010101', false],
  ])('is %s: %s', (text, expected) => {
    expect(isInteger(hex(text))).toBe(expected);
  });
});
