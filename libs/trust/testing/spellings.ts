import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { der } from './der.js';

/**
 * Public keys as SubjectPublicKeyInfo that OpenSSL reads and that must be refused: other encodings of a good key, and
 * invalid keys. The point at infinity aborts Node.js 20 and 22 when its KeyObject is asked for details.
 */
export function badSpellings(p256: KeyObject, rsa: KeyObject): readonly (readonly [string, Buffer])[] {
  const { x, y } = coordinatesOf(p256);
  const good = spki(p256);
  const modulus = Buffer.from(jwk(rsa).n ?? '', 'base64url');
  return [
    ['the point at infinity', ec(Buffer.from([0]))],
    ['no point at all', ec(Buffer.alloc(0))],
    ['infinity in the length of a point', ec(Buffer.alloc(65))],
    ['a compressed point', ec(Buffer.concat([Buffer.from([2 + (odd(y) ? 1 : 0)]), x]))],
    ['a hybrid point', ec(Buffer.concat([Buffer.from([6 + (odd(y) ? 1 : 0)]), x, y]))],
    ['a point that is not on the curve', ec(Buffer.concat([Buffer.from([4]), x, flipped(y)]))],
    ['the coordinates 0, 0', ec(Buffer.concat([Buffer.from([4]), Buffer.alloc(64)]))],
    [
      'a coordinate that is not below the prime',
      ec(Buffer.concat([Buffer.from([4]), Buffer.alloc(32, 0xff), y])),
    ],
    ['the curve in its parameters', explicitly(Buffer.concat([Buffer.from([4]), x, y]))],
    ['bytes behind it', Buffer.concat([good, Buffer.from([0])])],
    ['a byte too few', good.subarray(0, -1)],
    ['a length that is not minimal', Buffer.concat([Buffer.from([0x30, 0x81]), good.subarray(1)])],
    ['unused bits', Buffer.concat([good.subarray(0, 25), Buffer.from([1]), good.subarray(26)])],
    ['nothing', Buffer.alloc(0)],
    ['P-384', spki(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey)],
    ['secp256k1', spki(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey)],
    ['Ed25519', spki(generateKeyPairSync('ed25519').publicKey)],
    ['RSA of 2048 bits', rsaSpki(Buffer.concat([modulus.subarray(0, 128), modulus.subarray(-128)]))],
    ['RSA of 3064 bits', rsaSpki(modulus.subarray(1))],
    ['RSA of 3071 bits', rsaSpki(Buffer.concat([Buffer.from([0x7f]), modulus.subarray(1)]))],
    [
      'RSA of 8193 bits',
      rsaSpki(Buffer.concat([Buffer.from([1]), Buffer.alloc(1024 - modulus.length, 0xff), modulus])),
    ],
    ['RSA of 8200 bits', rsaSpki(Buffer.concat([Buffer.alloc(1025 - modulus.length, 0xff), modulus]))],
    ['RSA of 65528 bits', rsaSpki(Buffer.concat([Buffer.alloc(8191 - modulus.length, 0xff), modulus]))],
    ['RSA with the exponent 3', rsaSpki(modulus, Buffer.from([3]))],
    ['RSA with the exponent 65537 after a zero', rsaSpki(modulus, Buffer.from([0, 1, 0, 1]))],
    ['RSA with a long exponent', rsaSpki(modulus, Buffer.alloc(256, 1))],
    ['RSA with an even modulus', rsaSpki(Buffer.concat([modulus.subarray(0, -1), Buffer.from([2])]))],
    ['RSA with a negative modulus', rsaSpki(modulus, undefined, { sign: false })],
    ['RSA with zeros before the modulus', rsaSpki(Buffer.concat([Buffer.alloc(2), modulus]))],
    ['RSA without the NULL of its algorithm', rsaSpki(modulus, undefined, { parameters: '' })],
    ['RSA for PSS only', rsaSpki(modulus, undefined, { oid: '2a864886f70d01010a', parameters: '' })],
    ['RSA of no modulus', rsaSpki(Buffer.alloc(0))],
  ];
}

/** A certificate of version 1 as a stranger can write it: nothing in it is right but its frame and, perhaps, its key. */
export function bareCertificate(publicKey: Buffer): Buffer {
  const algorithm = Buffer.from('300a06082a8648ce3d040302', 'hex');
  const name = Buffer.from('300c310a300806035504030c0141', 'hex');
  const time = (text: string): Buffer => der(0x17, Buffer.from(text));
  const validity = der(0x30, time('260101000000Z'), time('280101000000Z'));
  const signed = der(0x30, Buffer.from('020101', 'hex'), algorithm, name, validity, name, publicKey);
  return der(0x30, signed, algorithm, der(0x03, Buffer.from('003006020101020101', 'hex')));
}

export function infinitySpki(): Buffer {
  return ec(Buffer.from([0]));
}

const EC_OID = Buffer.from('06072a8648ce3d0201', 'hex');
const P256_OID = Buffer.from('06082a8648ce3d030107', 'hex');

function ec(point: Buffer, curve: Buffer = P256_OID): Buffer {
  return der(0x30, der(0x30, EC_OID, curve), der(0x03, Buffer.from([0]), point));
}

/** SEC 1 section C.2: prime field, coefficients, base point, order and cofactor of P-256. */
function explicitly(point: Buffer): Buffer {
  const prime = 'ffffffff00000001000000000000000000000000ffffffffffffffffffffffff';
  const a = 'ffffffff00000001000000000000000000000000fffffffffffffffffffffffc';
  const b = '5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b';
  const base =
    '046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5';
  const order = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';
  const hex = (text: string): Buffer => Buffer.from(text, 'hex');
  const field = der(0x30, hex('06072a8648ce3d0101'), der(0x02, hex(`00${prime}`)));
  const curve = der(0x30, der(0x04, hex(a)), der(0x04, hex(b)));
  const cofactor = hex('020101');
  const parameters = [
    hex('020101'),
    field,
    curve,
    der(0x04, hex(base)),
    der(0x02, hex(`00${order}`)),
    cofactor,
  ];
  return ec(point, der(0x30, ...parameters));
}

export function rsaSpki(
  modulus: Buffer,
  exponent = Buffer.from([1, 0, 1]),
  { sign = true, oid = '2a864886f70d010101', parameters = '0500' } = {},
): Buffer {
  const isHigh = (modulus[0] ?? 0) >= 0x80;
  const integer = der(0x02, ...(sign && isHigh ? [Buffer.from([0])] : []), modulus);
  const key = der(0x30, integer, der(0x02, exponent));
  const algorithm = der(0x30, der(0x06, Buffer.from(oid, 'hex')), Buffer.from(parameters, 'hex'));
  return der(0x30, algorithm, der(0x03, Buffer.from([0]), key));
}

const spki = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });
const jwk = (key: KeyObject): Record<string, string> =>
  key.export({ format: 'jwk' }) as Record<string, string>;
const odd = (number: Buffer): boolean => ((number.at(-1) ?? 0) & 1) === 1;
const flipped = (y: Buffer): Buffer => Buffer.concat([y.subarray(0, -1), Buffer.from([(y.at(-1) ?? 0) ^ 1])]);

function coordinatesOf(key: KeyObject): { x: Buffer; y: Buffer } {
  const { x = '', y = '' } = jwk(key);
  return { x: Buffer.from(x, 'base64url'), y: Buffer.from(y, 'base64url') };
}
