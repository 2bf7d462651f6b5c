import 'reflect-metadata';
import { generateKeyPairSync, X509Certificate as NativeCertificate, type KeyObject } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { NOT_AFTER, NOT_BEFORE } from '../testing/chains.js';
import { RSA_PAIRS } from '../testing/published-keys.js';
import {
  createRoot,
  hostsOf,
  issueCertificate,
  issueIntermediate,
  type Certificate,
  type Role,
} from './index.js';

const validity = { notBefore: NOT_BEFORE, notAfter: NOT_AFTER };
const { digitalSignature, keyAgreement, keyCertSign, keyEncipherment, cRLSign } = x509.KeyUsageFlags;
const [rsa] = RSA_PAIRS;
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });

let root: { certificate: Certificate; privateKeyPem: string };
beforeAll(async () => {
  root = await createRoot({ name: 'Root', country: 'KZ', suite: 'P-256', ...validity });
});

const parsed = (certificate: Certificate) => new x509.X509Certificate(certificate.der);
/** What every reader sees: usage, purposes, basic constraints, and which extensions are critical. */
function contentOf(certificate: Certificate) {
  const read = parsed(certificate);
  const basic = read.getExtension(x509.BasicConstraintsExtension);
  return {
    ca: basic?.ca,
    pathLength: basic?.pathLength,
    usage: read.getExtension(x509.KeyUsagesExtension)?.usages,
    purposes: read.getExtension(x509.ExtendedKeyUsageExtension)?.usages ?? [],
    critical: read.extensions.filter(({ critical }) => critical).map(({ type }) => type),
    key: read.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId,
    issuerKey: read.getExtension(x509.AuthorityKeyIdentifierExtension)?.keyId,
  };
}
const BASIC = '2.5.29.19';
const USAGE = '2.5.29.15';

describe('an authority’s certificate', () => {
  it('says that it is one, how deep, and nothing more', async () => {
    const { certificate } = root;
    const { key, ...content } = contentOf(certificate);
    expect(content).toEqual({
      ca: true,
      pathLength: 1,
      usage: keyCertSign | cRLSign,
      purposes: [],
      critical: [BASIC, USAGE],
      issuerKey: key,
    });
    expect(key).toMatch(/^[0-9a-f]{40}$/);
    expect(certificate).toMatchObject({
      subject: 'C=KZ, CN=Root',
      issuer: 'C=KZ, CN=Root',
      roles: [],
      authority: undefined,
      ...validity,
    });
    const middle = await issueIntermediate({ issuer: root, name: 'Issuer', suite: 'P-256', ...validity });
    expect(contentOf(middle.certificate)).toEqual({
      ...content,
      pathLength: 0,
      key: expect.not.stringMatching(key ?? '') as unknown,
      issuerKey: key,
    });
    expect(middle.certificate).toMatchObject({ subject: 'CN=Issuer', issuer: 'C=KZ, CN=Root' });
  });

  it('has the depth and country that it was given', async () => {
    const wish = { name: 'A', country: 'BY', suite: 'P-256' as const, ...validity };
    const deep = await createRoot({ ...wish, pathLength: 3 });
    const middle = await issueIntermediate({ issuer: deep, ...wish, pathLength: 2 });
    expect([deep, middle].map(({ certificate }) => contentOf(certificate).pathLength)).toEqual([3, 2]);
    expect(middle.certificate.subject).toBe('C=BY, CN=A');
    const flat = await createRoot({ ...wish, pathLength: 0 });
    expect(contentOf(flat.certificate).pathLength).toBe(0);
  });
});

describe('a leaf', () => {
  const issue = async (role: Role, publicKey: KeyObject, hosts?: string[]) => {
    const subject = { name: 'Leaf', authority: 'kz-knb', country: 'KZ' };
    return issueCertificate({ issuer: root, role, subject, publicKey, hosts, ...validity });
  };

  it.each<[Role, KeyObject, number, string[]]>([
    ['seal', p256.publicKey, digitalSignature, []],
    ['head', rsa.publicKey, digitalSignature, []],
    ['encryption', p256.publicKey, keyAgreement, []],
    ['encryption', rsa.publicKey, keyEncipherment, []],
    ['tls', p256.publicKey, digitalSignature, ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']],
  ])('for the role %s says what its key may do', async (role, publicKey, usage, purposes) => {
    const { certificate, privateKeyPem } = await issue(role, publicKey);
    expect(privateKeyPem).toBeUndefined();
    expect(contentOf(certificate)).toEqual({
      ca: false,
      pathLength: undefined,
      usage,
      purposes,
      critical: [BASIC, USAGE],
      key: expect.stringMatching(/^[0-9a-f]{40}$/) as unknown,
      issuerKey: contentOf(root.certificate).key,
    });
    expect(certificate).toMatchObject({ subject: 'C=KZ, CN=Leaf', roles: [role], authority: 'kz-knb' });
    const native = new NativeCertificate(certificate.der);
    expect(native.verify(root.certificate.publicKey)).toBe(true);
    expect(hostsOf(certificate)).toEqual([]);
  });

  it('names its hosts', async () => {
    const hosts = ['gateway.example.org', '::1'];
    const { certificate } = await issue('tls', p256.publicKey, hosts);
    expect(hostsOf(certificate)).toEqual(['gateway.example.org', '::1']);
  });

  it('gets a key of the suite, on P-256 where none is named', async () => {
    const subject = { name: 'Leaf', authority: 'kz-knb' };
    const wish = { issuer: root, role: 'seal', subject, ...validity } as const;
    const made = [await issueCertificate(wish), await issueCertificate({ ...wish, suite: 'RSA' })];
    expect(made.map(({ certificate }) => certificate.suite)).toEqual(['P-256', 'RSA']);
    for (const { privateKeyPem } of made) expect(privateKeyPem).toContain('PRIVATE KEY');
  });

  it('is not made for a wrong authority, host or key', async () => {
    const subject = { name: 'Leaf', authority: 'kz_knb' };
    await expect(
      issueCertificate({ issuer: root, role: 'seal', subject, publicKey: p256.publicKey, ...validity }),
    ).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { path: 'subject.authority' } });
    await expect(issue('tls', p256.publicKey, ['a b'])).rejects.toMatchObject({ details: { path: 'hosts' } });
    const other = generateKeyPairSync('ed25519').publicKey;
    await expect(issue('seal', other)).rejects.toMatchObject({ code: 'CERTIFICATE_FORMAT' });
  });
});

describe('every certificate', () => {
  const serve = (over: object) =>
    createRoot({ name: 'Root', suite: 'P-256', ...validity, ...over }).then(({ certificate }) => certificate);
  const later = (ms: number): Date => new Date(NOT_BEFORE.getTime() + ms);

  it('has a serial number of its own, of 16 bytes, positive', async () => {
    const made = await Promise.all(Array.from({ length: 12 }, () => serve({})));
    const serials = made.map(({ serialNumber }) => serialNumber);
    for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9a-f]{31}$/);
    // Random from its first byte on.
    expect(new Set(serials.map((serial) => serial.slice(0, 2))).size).toBeGreaterThan(1);
    expect(new Set(serials).size).toBe(12);
  });

  it('lasts from one whole second to a later one', async () => {
    const certificate = await serve({ notBefore: later(999), notAfter: later(61_999) });
    expect(certificate).toMatchObject({ notBefore: later(0), notAfter: later(61_000) });
    for (const notAfter of [NOT_BEFORE, later(-1), new Date(NaN)])
      await expect(serve({ notAfter })).rejects.toMatchObject({
        code: 'INPUT_INVALID',
        details: { path: 'notAfter' },
      });
  });
});
