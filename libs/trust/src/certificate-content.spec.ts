import 'reflect-metadata';
import { generateKeyPairSync, sign } from 'node:crypto';
import { SubjectAlternativeNameExtension, type JsonGeneralNames } from '@peculiar/x509';
import { AT, ca, caUsage, make, makeDer, noCa, NOT_AFTER, NOT_BEFORE, roles } from '../testing/chains.js';
import { der, itemsOf, pemOf } from '../testing/der.js';
import { field } from '../testing/edits.js';
import { bareCertificate } from '../testing/spellings.js';
import { parseCertificate, rootFault, spkiOf } from './index.js';

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** A certificate of that many bytes: what is in the signature matters to nobody who only reads it. */
function ofSize(bytes: number): Buffer {
  const [signed = Buffer.alloc(0), algorithm = Buffer.alloc(0)] = itemsOf(bareCertificate(spkiOf(publicKey)));
  // Two heads of four bytes.
  return der(0x30, signed, algorithm, der(0x03, Buffer.alloc(bytes - 8 - signed.length - algorithm.length)));
}

describe('what is read of a certificate', () => {
  it('is what stands in it, and cannot be changed', async () => {
    const root = await make({ name: 'Root', extensions: [ca(0), caUsage] });
    const edit = field('serial', '021040ABCDEF000000000000000000000001');
    const made = await makeDer({
      name: 'Leaf',
      issuer: root,
      edit,
      extensions: [noCa, roles('seal', 'register'), names('urn:valise:authority:kz-knb')],
    });
    const certificate = parseCertificate(made.der);
    expect(certificate).toMatchObject({
      der: made.der,
      pem: made.pem,
      subject: 'CN=Leaf',
      issuer: 'CN=Root',
      serialNumber: '40abcdef000000000000000000000001',
      notBefore: NOT_BEFORE,
      notAfter: NOT_AFTER,
      suite: 'P-256',
      roles: ['seal', 'register'],
      authority: 'kz-knb',
    });
    expect(spkiOf(certificate.publicKey)).toEqual(spkiOf(made.pair.publicKey));
    expect([certificate, certificate.roles].every(Object.isFrozen)).toBe(true);
    expect(root.certificate).toMatchObject({ roles: [], authority: undefined });
  });

  it.each<[string, JsonGeneralNames, string | undefined]>([
    ['no authority', [{ type: 'dns', value: 'example.org' }], undefined],
    ['an authority among others', [...urls('https://example.org', 'urn:valise:authority:kz-knb')], 'kz-knb'],
    ['another namespace', urls('urn:valise:organ:kz-knb'), undefined],
    ['an authority as a host', [{ type: 'dns', value: 'urn:valise:authority:kz-knb' }], undefined],
  ])('with %s', async (_, alternative, authority) => {
    const extensions = [new SubjectAlternativeNameExtension(alternative)];
    const { certificate } = await make({ name: 'Leaf', extensions });
    expect(certificate.authority).toBe(authority);
  });
});

describe('a certificate that is not read', () => {
  it('is larger than 16 KiB', () => {
    expect(ofSize(16_384)).toHaveLength(16_384);
    expect(parseCertificate(ofSize(16_384)).subject).toBe('CN=A');
    expect(parseCertificate(pemOf('CERTIFICATE', ofSize(16_384))).subject).toBe('CN=A');
    expect(() => parseCertificate(ofSize(16_385))).toThrow(
      expect.objectContaining({
        code: 'CERTIFICATE_FORMAT',
        message: expect.stringContaining('larger') as unknown,
      }),
    );
  });

  it.each([
    ['no certificate', Buffer.from('3000', 'hex'), /^the certificate cannot be used: /, /X\.509/],
    ['a key of another kind', bareCertificate(otherKey()), /^the key cannot be used: /, /P-256/],
  ])('%s: says what is wrong, and what to do', (_, bytes, message, remedy) => {
    expect(() => parseCertificate(bytes)).toThrow(
      expect.objectContaining({
        code: 'CERTIFICATE_FORMAT',
        message: expect.stringMatching(message) as unknown,
        details: expect.objectContaining({ remedy: expect.stringMatching(remedy) as unknown }) as unknown,
      }),
    );
  });

  it('keeps the reader’s own error as the cause', () => {
    try {
      parseCertificate(Buffer.from('3000', 'hex'));
    } catch (error) {
      expect((error as Error).cause).toBeInstanceOf(Error);
    }
    expect.assertions(1);
  });
});

describe('a certificate that is judged', () => {
  it('must have been read here', async () => {
    const { certificate } = await make({ name: 'Root', extensions: [ca(0), caUsage] });
    expect(() => rootFault({ ...certificate }, AT)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
  });

  it('is refused with the name of the algorithm that signed it', async () => {
    const sha1 = await make({ name: 'Root', extensions: [ca(0), caUsage], hash: 'SHA-1' });
    // SHA-224, which is known to OpenSSL only.
    const algorithm = Buffer.from('300a06082a8648ce3d040301', 'hex');
    const { der: plain, pair } = await makeDer({ name: 'Root', extensions: [ca(0), caUsage] });
    const [signed = plain] = itemsOf(plain);
    const changed = der(0x30, ...itemsOf(signed).with(-6, algorithm));
    const signature = der(0x03, Buffer.from([0]), sign('sha224', changed, pair.privateKey));
    const sha224 = parseCertificate(der(0x30, changed, algorithm, signature));
    expect(rootFault(sha1.certificate, AT)).toBe('CN=Root is signed with ECDSA/SHA-1');
    expect(rootFault(sha224, AT)).toBe('CN=Root is signed with 1.2.840.10045.4.3.1');
  });
});

function urls(...values: string[]): JsonGeneralNames {
  return values.map((value) => ({ type: 'url' as const, value }));
}

function names(...values: string[]): SubjectAlternativeNameExtension {
  return new SubjectAlternativeNameExtension(urls(...values));
}

function otherKey(): Buffer {
  return generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' });
}
