import 'reflect-metadata';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AT, NOT_AFTER, NOT_BEFORE } from '../testing/chains.js';
import {
  createCrl,
  createRequest,
  createRoot,
  generateKey,
  hostsOf,
  issueCertificate,
  issueFromRequest,
  issueIntermediate,
  parseCertificate,
  parseCrl,
  parseRequest,
  renewCertificate,
  succeedCrl,
  validatePath,
  type Certificate,
  type Suite,
} from './index.js';

const validity = { notBefore: NOT_BEFORE, notAfter: NOT_AFTER };
const code = (expected: string, message = ''): object =>
  expect.objectContaining({ code: expected, message: expect.stringContaining(message) as unknown });
const openssl = spawnSync('openssl', ['version']).status === 0;
if (!openssl)
  process.stderr.write('openssl is absent: its view of requests and lists is skipped (Debian: openssl)\n');

let root: { certificate: Certificate; privateKeyPem: string };
let folder: string;
beforeAll(async () => {
  root = await createRoot({ name: 'KZ root', country: 'KZ', suite: 'P-256', ...validity });
  folder = mkdtempSync(join(tmpdir(), 'valise-requests-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const seal = {
  subject: { name: 'Комитет, печать', country: 'KZ' },
  authority: 'kz-knb',
  role: 'seal',
} as const;

describe.each(['P-256', 'RSA'] as Suite[])('a request with a key of %s', (suite) => {
  let made: Awaited<ReturnType<typeof createRequest>>;
  beforeAll(async () => {
    made = await createRequest({ ...seal, suite });
  }, 60_000);

  it('becomes a certificate for what was asked, valid under the root', async () => {
    const request = parseRequest(made.request.pem);
    expect(request).toMatchObject({ authority: 'kz-knb', role: 'seal', suite, hosts: [] });
    const leaf = await issueFromRequest({
      issuer: root,
      request,
      authority: 'kz-knb',
      role: 'seal',
      ...validity,
    });
    expect(leaf).toMatchObject({ authority: 'kz-knb', roles: ['seal'], suite, subject: request.subject });
    expect(leaf.publicKey.equals(request.publicKey)).toBe(true);
    expect(validatePath({ leaf, root: root.certificate, at: AT, role: 'seal' })).toEqual({ ok: true });
  });

  (openssl ? it : it.skip)('is one for openssl too', () => {
    const file = join(folder, `${suite}.csr.pem`);
    writeFileSync(file, made.request.pem);
    const { stdout, stderr, status } = spawnSync('openssl', [
      'req',
      '-in',
      file,
      '-verify',
      '-noout',
      '-text',
    ]);
    expect([status, stderr.toString()]).toEqual([0, expect.stringContaining('verify OK')]);
    expect(stdout.toString()).toContain('urn:valise:authority:kz-knb');
  });

  it('does not pass with one bit of its content or signature changed', () => {
    for (const place of [-1, 60]) {
      const der = Buffer.from(made.request.der);
      const index = place < 0 ? der.length + place : place;
      der[index] = (der[index] ?? 0) ^ 1;
      expect(() => parseRequest(der)).toThrow(code('CERTIFICATE_FORMAT'));
    }
  });
});

describe('a request', () => {
  it('of another tool may leave role and authority to the issuer', async () => {
    if (!openssl) return;
    const [key, csr] = [join(folder, 'plain.key'), join(folder, 'plain.csr')];
    const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-keyout', key];
    execFileSync('openssl', ['req', ...newKey, '-subj', '/CN=Plain', '-out', csr], { stdio: 'pipe' });
    const request = parseRequest(readFileSync(csr, 'utf8'));
    expect(request).toMatchObject({ role: undefined, authority: undefined, subject: 'CN=Plain' });
    const leaf = await issueFromRequest({
      issuer: root,
      request,
      authority: 'kz-knb',
      role: 'head',
      ...validity,
    });
    expect(leaf).toMatchObject({ authority: 'kz-knb', roles: ['head'] });
  });

  it('to be an authority itself is refused', () => {
    if (!openssl) return;
    const csr = join(folder, 'ca.csr');
    const newKey = [
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-noenc',
      '-keyout',
      `${csr}.key`,
    ];
    const wish = ['-addext', 'basicConstraints=critical,CA:TRUE'];
    execFileSync('openssl', ['req', ...newKey, '-subj', '/CN=CA', ...wish, '-out', csr], { stdio: 'pipe' });
    expect(() => parseRequest(readFileSync(csr, 'utf8'))).toThrow(code('CERTIFICATE_FORMAT', '2.5.29.19'));
  });

  it('gives only what the issuer verified', async () => {
    const { request } = await createRequest(seal);
    const issue = (over: object) =>
      issueFromRequest({ issuer: root, request, authority: 'kz-knb', role: 'seal', ...validity, ...over });
    await expect(issue({ authority: 'kz-mvd' })).rejects.toThrow(code('FORBIDDEN', 'kz-knb, not kz-mvd'));
    await expect(issue({ role: 'head' })).rejects.toThrow(code('FORBIDDEN', 'role seal, not head'));
  });

  it('brings hosts for TLS only', async () => {
    const hosts = ['gateway.example.org', '127.0.0.1'];
    const { request } = await createRequest({ ...seal, role: 'tls', hosts });
    expect(request.hosts).toEqual(hosts);
    const leaf = await issueFromRequest({
      issuer: root,
      request,
      authority: 'kz-knb',
      role: 'tls',
      ...validity,
    });
    expect(hostsOf(leaf)).toEqual(hosts);
    const mixed = await createRequest({ ...seal, hosts });
    await expect(
      issueFromRequest({
        issuer: root,
        request: mixed.request,
        authority: 'kz-knb',
        role: 'seal',
        ...validity,
      }),
    ).rejects.toThrow(code('FORBIDDEN', 'host names'));
  });

  it.each([
    ['an authority that is none', { authority: 'kz_knb' }],
    ['a name with a line break', { subject: { name: 'a\nb' } }],
    ['a host with a space', { role: 'tls' as const, hosts: ['a b'] }],
  ])('is not made for %s', async (_, over) => {
    await expect(createRequest({ ...seal, ...over })).rejects.toThrow(code('INPUT_INVALID'));
  });

  it('is refused where it is something else, or huge', () => {
    for (const bad of [root.certificate.pem, root.certificate.der, '', Buffer.alloc(20_000, 0x30)])
      expect(() => parseRequest(bad)).toThrow(code('CERTIFICATE_FORMAT'));
  });

  it('is not answered with the key of another issuer', async () => {
    const other = await generateKey('P-256');
    const { request } = await createRequest(seal);
    const issuer = { certificate: root.certificate, privateKeyPem: other.privateKeyPem };
    await expect(
      issueFromRequest({ issuer, request, authority: 'kz-knb', role: 'seal', ...validity }),
    ).rejects.toThrow(code('KEY_FILE', 'not that of the certificate'));
  });
});

describe('a renewed certificate', () => {
  let first: Certificate;
  const successor = {
    notBefore: new Date('2027-12-01T00:00:00Z'),
    notAfter: new Date('2029-12-01T00:00:00Z'),
  };
  beforeAll(async () => {
    const subject = { name: 'Комитет (seal)', authority: 'kz-knb', country: 'KZ' };
    ({ certificate: first } = await issueCertificate({ issuer: root, role: 'seal', subject, ...validity }));
  });
  const renew = (over: object = {}) =>
    renewCertificate({ issuer: root, predecessor: first, ...successor, ...over });

  it('is for the same, with another key, and valid while the old one still is', async () => {
    const { certificate, privateKeyPem } = await renew();
    expect(certificate).toMatchObject({
      subject: first.subject,
      authority: 'kz-knb',
      roles: ['seal'],
      ...successor,
    });
    expect(certificate.publicKey.equals(first.publicKey)).toBe(false);
    expect(privateKeyPem).toContain('PRIVATE KEY');
    const overlap = new Date('2027-12-15T00:00:00Z');
    for (const leaf of [first, certificate])
      expect(validatePath({ leaf, root: root.certificate, at: overlap, role: 'seal' }).ok).toBe(true);
  });

  it.each([
    ['after a gap', { notBefore: new Date('2028-01-02T00:00:00Z') }],
    ['from before its predecessor', { notBefore: new Date('2025-01-01T00:00:00Z') }],
    ['that ends no later', { notAfter: NOT_AFTER }],
  ])('%s is none', async (_, over) => {
    await expect(renew(over)).rejects.toThrow(code('FORBIDDEN', 'cannot be renewed'));
  });

  it('keeps the key only if that is meant', async () => {
    const { publicKey } = parseCertificate(first.pem);
    await expect(renew({ publicKey })).rejects.toThrow(code('FORBIDDEN', 'same key'));
    await expect(renew({ publicKey, sameKey: true })).resolves.toMatchObject({
      certificate: { roles: ['seal'] },
    });
  });

  it('does not come from another issuer, nor after a revocation', async () => {
    const issuer = await createRoot({ name: 'KZ root', country: 'KZ', suite: 'P-256', ...validity });
    await expect(renew({ issuer })).rejects.toThrow(code('FORBIDDEN', 'another issuer'));
    const { pem } = await succeedCrl({
      issuer: root,
      revoke: [{ serialNumber: first.serialNumber, at: AT }],
      thisUpdate: AT,
      nextUpdate: NOT_AFTER,
    });
    await expect(renew({ crl: parseCrl(pem) })).rejects.toThrow(code('CERTIFICATE_REVOKED'));
  });
});

describe.each(['P-256', 'RSA'] as Suite[])('revocation lists of an issuer of %s', (suite) => {
  it('count, and keep what was revoked first', async () => {
    const issuer = await issueIntermediate({ issuer: root, name: 'Issuer', suite, ...validity });
    const period = { thisUpdate: AT, nextUpdate: NOT_AFTER };
    const first = await succeedCrl({
      issuer,
      revoke: [{ serialNumber: '40aa', at: AT, reason: 'key-compromise' }],
      ...period,
    });
    const previous = parseCrl(first.pem);
    const second = await succeedCrl({
      issuer,
      previous,
      revoke: [
        { serialNumber: '40aa', at: NOT_AFTER, reason: 'superseded' },
        { serialNumber: '40bb', at: AT },
      ],
      ...period,
    });
    const read = parseCrl(second.der);
    expect([previous.number, read.number]).toEqual([1, 2]);
    expect(read.entries).toEqual([
      { serialNumber: '40aa', at: AT, reason: 'key-compromise' },
      { serialNumber: '40bb', at: AT },
    ]);
    expect(second.pem).toMatch(/^-----BEGIN X509 CRL-----/);
    if (!openssl) return;
    const [list, ca] = [join(folder, 'crl.pem'), join(folder, 'ca.pem')];
    writeFileSync(list, second.pem);
    writeFileSync(ca, issuer.certificate.pem);
    const told = spawnSync('openssl', ['crl', '-in', list, '-CAfile', ca, '-noout', '-text']);
    expect(told.stderr.toString()).toContain('verify OK');
    expect(told.stdout.toString()).toMatch(/CRL Number:\s+2[^]*Serial Number: 40AA[^]*Key Compromise/);
  }, 60_000);

  it('do not follow another issuer’s, an uncounted or a younger one', async () => {
    const issuer = await issueIntermediate({ issuer: root, name: 'Issuer', suite, ...validity });
    const period = { thisUpdate: AT, nextUpdate: NOT_AFTER };
    const own = parseCrl((await succeedCrl({ issuer, revoke: [], ...period })).pem);
    const next = (over: object) => succeedCrl({ issuer, previous: own, revoke: [], ...period, ...over });
    await expect(next({ issuer: root })).rejects.toThrow(code('FORBIDDEN', 'not this issuer'));
    await expect(next({ thisUpdate: NOT_BEFORE })).rejects.toThrow(code('FORBIDDEN', 'younger'));
    await expect(createCrl({ issuer, revoked: [], number: -1, ...period })).rejects.toThrow(
      code('INPUT_INVALID'),
    );
    await expect(next({ nextUpdate: AT })).rejects.toThrow(code('INPUT_INVALID'));
  }, 60_000);
});
