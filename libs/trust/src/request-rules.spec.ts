import 'reflect-metadata';
import { constants, generateKeyPairSync } from 'node:crypto';
import {
  Extension,
  KeyUsageFlags,
  SubjectAlternativeNameExtension,
  type JsonGeneralName,
} from '@peculiar/x509';
import { leafUsage, NOT_AFTER, NOT_BEFORE, roles } from '../testing/chains.js';
import { pssAlgorithm, requestDer, RSA_SHA256, type RequestWish } from '../testing/requests.js';
import { RSA_PAIRS } from '../testing/published-keys.js';
import {
  createRequest,
  createRoot,
  issueFromRequest,
  parseRequest,
  ROLE_EXTENSION,
  softwareSigner,
  spkiOf,
  type CertificateRequest,
} from './index.js';

const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const [rsa] = RSA_PAIRS;
const URN = 'urn:valise:authority:';

const read = (wish: Partial<RequestWish> = {}): CertificateRequest =>
  parseRequest(requestDer({ pair: p256, ...wish }));
const asking = (...extensions: Extension[]): Buffer[] =>
  extensions.map(({ rawData }) => Buffer.from(rawData));
const names = (...all: [JsonGeneralName['type'], string][]): Buffer =>
  Buffer.from(new SubjectAlternativeNameExtension(all.map(([type, value]) => ({ type, value }))).rawData);
const refused = (message: RegExp): unknown =>
  expect.objectContaining({
    code: 'CERTIFICATE_FORMAT',
    message: expect.stringMatching(message) as unknown,
    details: expect.objectContaining({ remedy: expect.stringMatching(/PKCS#10/) as unknown }) as unknown,
  });
const hostNames = (count: number) =>
  Array.from({ length: count }, (_, index): ['dns', string] => ['dns', `h${index}.example`]);

describe('what is read of a request', () => {
  it('is what it asks for, and cannot be changed', () => {
    const extensions = [
      names(['url', `${URN}kz-knb`], ['dns', 'a.example'], ['ip', '127.0.0.1']),
      ...asking(roles('tls'), leafUsage(KeyUsageFlags.digitalSignature)),
      Buffer.from('300b0603551d0e040404020101', 'hex'),
    ];
    const der = requestDer({ pair: p256, extensions });
    const request = parseRequest(der);
    expect(request).toMatchObject({
      der,
      subject: 'CN=A',
      suite: 'P-256',
      authority: 'kz-knb',
      role: 'tls',
      hosts: ['a.example', '127.0.0.1'],
    });
    expect(spkiOf(request.publicKey)).toEqual(spkiOf(p256.publicKey));
    expect(request.pem).toMatch(
      /^-----BEGIN CERTIFICATE REQUEST-----\n[^]*-----END CERTIFICATE REQUEST-----\n$/,
    );
    expect(parseRequest(request.pem).der).toEqual(der);
    expect([request, request.hosts].every(Object.isFrozen)).toBe(true);
  });

  it('may be nothing but a key', () => {
    expect(read()).toMatchObject({ authority: undefined, role: undefined, hosts: [] });
    expect(read({ extensions: [names(...hostNames(16))] }).hosts).toHaveLength(16);
    expect(read({ extensions: [names(['url', `${URN}a`], ...hostNames(16))] }).hosts).toHaveLength(16);
  });

  it.each<[string, Partial<RequestWish>, RegExp]>([
    ['another version', { version: '020101' }, /not of version 1/],
    ['a missing key', { spki: Buffer.alloc(0), version: '' }, /not of version 1/],
    ['another’s signature', { signWith: other.privateKey }, /not signed with its own key/],
    ['an extension twice', { extensions: asking(roles('seal'), roles('head')) }, /an extension twice/],
    [
      'extensions in two places',
      { extensions: asking(roles('seal')), more: [asking(leafUsage())] },
      /an extension twice/,
    ],
    [
      'another extension',
      { extensions: asking(new Extension('2.5.29.37', false, Buffer.from('3000', 'hex'))) },
      /the extension 2\.5\.29\.37, which is not granted/,
    ],
    ['two authorities', { extensions: [names(['url', `${URN}a`], ['url', `${URN}b`])] }, /one authority/],
    [
      'a mail address',
      { extensions: [names(['url', `${URN}a`], ['email', 'a@b.example'])] },
      /one authority/,
    ],
    ['too many hosts', { extensions: [names(['url', `${URN}a`], ...hostNames(17))] }, /one authority/],
    [
      'another namespace',
      { extensions: [names(['url', 'urn:valise:authoritie:abc'])] },
      /is not an authority/,
    ],
    [
      'a malformed id',
      { extensions: [names(['url', `${URN}kz_knb`])] },
      /"urn:valise:authority:kz_knb" is not/,
    ],
    ['two roles', { extensions: asking(roles('seal', 'head')) }, /one known role/],
    [
      'an unknown role',
      { extensions: asking(new Extension(ROLE_EXTENSION, false, Buffer.from('30060c046b696e67', 'hex'))) },
      /one known role/,
    ],
  ])('is refused with %s', (_, wish, message) => {
    expect(() => read(wish)).toThrow(refused(message));
  });

  it('is refused where its signature is of another kind', () => {
    const sha384 = { algorithm: '300a06082a8648ce3d040303', hash: 'sha384' };
    const sha1 = { algorithm: '300d06092a864886f70d0101050500', hash: 'sha1' };
    expect(() => read(sha384)).toThrow(refused(/signed with ECDSA\/SHA-384/));
    expect(() => read({ pair: rsa, ...sha1 })).toThrow(refused(/signed with RSASSA-PKCS1-v1_5\/SHA-1/));
    expect(() => read({ algorithm: RSA_SHA256 })).toThrow(refused(/signed with RSASSA-PKCS1-v1_5\/SHA-256/));
    expect(() => parseRequest(Buffer.from('3000', 'hex'))).toThrow(
      expect.objectContaining({ cause: expect.any(Error) as unknown }),
    );
    const large = Buffer.alloc(16_385);
    expect(() => parseRequest(large)).toThrow(refused(/larger than 16384 bytes/));
    expect(() => parseRequest(large.subarray(1))).toThrow(refused(/^((?!larger).)*$/));
  });

  it('of an RSA key is signed with PKCS #1 or PSS, the salt as long as the hash', () => {
    const pss = (saltLength: number) => ({
      pair: rsa,
      algorithm: pssAlgorithm(saltLength),
      options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength },
    });
    expect(read({ pair: rsa }).suite).toBe('RSA');
    expect(read(pss(32)).suite).toBe('RSA');
    expect(() => read(pss(20))).toThrow(refused(/unusual salt/));
    const { options } = pss(20);
    expect(() => read({ ...pss(32), options })).toThrow(refused(/not signed with its own key/));
  });
});

describe('a new request', () => {
  const wish = { subject: { name: 'Seal' }, authority: 'kz-knb', role: 'seal' } as const;

  it('is for the key at hand, or a new one of the suite', async () => {
    const { privateKey, publicKey } = p256;
    for (const given of [{ key: privateKey }, { signer: softwareSigner(privateKey) }]) {
      const made = await createRequest({ ...wish, ...given });
      expect(Object.keys(made)).toEqual(['request']);
      expect(spkiOf(made.request.publicKey)).toEqual(spkiOf(publicKey));
    }
    const made = await createRequest(wish);
    expect(made.privateKeyPem).toContain('PRIVATE KEY');
    expect(made.request).toMatchObject({
      suite: 'P-256',
      subject: 'CN=Seal',
      authority: 'kz-knb',
      role: 'seal',
      hosts: [],
    });
    expect((await createRequest({ ...wish, key: rsa.privateKey })).request.suite).toBe('RSA');
  });

  it('is read by others as it was meant', async () => {
    const { request } = await createRequest({ ...wish, subject: { name: 'Seal', country: 'KZ' } });
    expect(request.subject).toBe('C=KZ, CN=Seal');
    const { request: tls } = await createRequest({ ...wish, role: 'tls', hosts: ['a.example', '::1'] });
    expect(tls).toMatchObject({ role: 'tls', hosts: ['a.example', '::1'] });
    // Neither says that it must be understood.
    expect(request.der.includes(Buffer.from('0603551d110101ff', 'hex'))).toBe(false);
  });

  it.each([
    [{ subject: { name: '' } }, 'name'],
    [{ subject: { name: 'A', country: 'kz' } }, 'country'],
    [{ authority: 'kz_knb' }, 'subject.authority'],
    [{ hosts: ['a b'] }, 'hosts'],
  ])('is not made with %j', async (over, path) => {
    await expect(createRequest({ ...wish, ...over })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      details: { path },
    });
  });
});

describe('the certificate that answers a request', () => {
  it('is not for the issuer’s own key, and says what else is wrong', async () => {
    const root = await createRoot({
      name: 'Root',
      suite: 'P-256',
      notBefore: NOT_BEFORE,
      notAfter: NOT_AFTER,
    });
    const asked = [names(['url', `${URN}kz-knb`], ['dns', 'a.example']), ...asking(roles('tls'))];
    const request = read({ extensions: asked });
    const issue = (over: object) =>
      issueFromRequest({
        issuer: root,
        request,
        authority: 'kz-knb',
        role: 'tls',
        notBefore: NOT_BEFORE,
        notAfter: NOT_AFTER,
        ...over,
      });
    await expect(issue({})).resolves.toMatchObject({ roles: ['tls'], authority: 'kz-knb', subject: 'CN=A' });
    const forbidden = (remedy: RegExp): unknown =>
      expect.objectContaining({
        code: 'FORBIDDEN',
        details: expect.objectContaining({ remedy: expect.stringMatching(remedy) as unknown }) as unknown,
      });
    const hosts = read({ extensions: [names(['dns', 'a.example'])] });
    for (const over of [{ authority: 'kz-mvd' }, { role: 'seal' }, { request: hosts, role: 'seal' }])
      await expect(issue(over)).rejects.toThrow(forbidden(/have another made/));
    await expect(issue({ request: hosts })).resolves.toMatchObject({ roles: ['tls'] });
    await expect(issue({ request: { ...request, publicKey: root.certificate.publicKey } })).rejects.toThrow(
      forbidden(/key of its own/),
    );
  });
});
