import 'reflect-metadata';
import { X509Certificate } from 'node:crypto';
import { Extension, SubjectAlternativeNameExtension } from '@peculiar/x509';
import { AT, leafUsage, make, noCa, NOT_AFTER, NOT_BEFORE } from '../testing/chains.js';
import { RSA_PAIRS } from '../testing/published-keys.js';
import {
  createRoot,
  generateKey,
  issueCertificate,
  issueIntermediate,
  parseCertificate,
  parseCrl,
  ROLE_EXTENSION,
  ROLES,
  validatePath,
  type Role,
} from './index.js';

const validity = { notBefore: NOT_BEFORE, notAfter: NOT_AFTER };

describe.each(['P-256', 'RSA'] as const)('certificates of the suite %s', (suite) => {
  it('are issued for every role, and valid for that role only', async () => {
    const root = await createRoot({ name: 'Корень, Казахстан', country: 'KZ', suite, ...validity });
    const middle = await issueIntermediate({ issuer: root, name: 'Issuer (2026)', suite, ...validity });
    const { publicKey } = suite === 'RSA' ? RSA_PAIRS[0] : await generateKey(suite);
    for (const role of ROLES) {
      const { certificate } = await issueCertificate({
        issuer: middle,
        role,
        subject: { name: `Комитет № 1, ${role}`, authority: 'kz-knb' },
        publicKey,
        hosts: role === 'tls' ? ['gateway.example.org', '127.0.0.1'] : [],
        ...validity,
      });
      expect(certificate).toMatchObject({ roles: [role], authority: 'kz-knb', suite, ...validity });
      const intermediates = [middle.certificate];
      const valid = ROLES.filter(
        (asked: Role) =>
          validatePath({ leaf: certificate, intermediates, root: root.certificate, at: AT, role: asked }).ok,
      );
      expect(valid).toEqual([role]);
    }
  }, 120_000);
});

describe('parseCertificate', () => {
  it('gives one object for equal bytes, whatever their wrapping', async () => {
    const { certificate } = await createRoot({ name: 'Root', suite: 'P-256', ...validity });
    expect(parseCertificate(certificate.pem)).toBe(certificate);
    expect(parseCertificate(Buffer.from(certificate.der))).toBe(certificate);
    expect(certificate.thumbprint).toBe(
      Buffer.from(new X509Certificate(certificate.pem).fingerprint256.replaceAll(':', ''), 'hex').toString(
        'base64url',
      ),
    );
  });

  it('refuses bytes behind the certificate, two certificates, and what is none', async () => {
    const { certificate } = await createRoot({ name: 'Root', suite: 'P-256', ...validity });
    const format = expect.objectContaining({ code: 'CERTIFICATE_FORMAT' });
    for (const bad of [
      Buffer.concat([certificate.der, Buffer.from([0])]),
      certificate.pem + certificate.pem,
      certificate.der.subarray(0, -1),
      Buffer.alloc(0),
      'certificate',
    ])
      expect(() => parseCertificate(bad)).toThrow(format);
    expect(() => parseCrl(certificate.der)).toThrow(format);
  });

  it.each([
    ['an unknown role', [new Extension(ROLE_EXTENSION, false, Buffer.from('30060c046b696e67', 'hex'))]],
    ['an empty list of roles', [new Extension(ROLE_EXTENSION, false, Buffer.from('3000', 'hex'))]],
    [
      'a role twice',
      [new Extension(ROLE_EXTENSION, false, Buffer.from('300c0c047365616c0c047365616c', 'hex'))],
    ],
    [
      'another encoding of the roles',
      [new Extension(ROLE_EXTENSION, false, Buffer.from('3081060c047365616c', 'hex'))],
    ],
    ['two authorities', [names('urn:valise:authority:kz-knb', 'urn:valise:authority:by-mvd')]],
    ['a malformed authority', [names('urn:valise:authority:kz_knb')]],
    ['an extension twice', [noCa]],
  ])('refuses %s', async (_, extensions) => {
    await expect(
      make({ name: 'Leaf', extensions: [noCa, leafUsage(), ...extensions] }),
    ).rejects.toMatchObject({ code: 'CERTIFICATE_FORMAT' });
  });

  it('refuses what its names cannot hold', async () => {
    for (const name of ['', 'a"b', 'a\\b', 'a\nb', 'x'.repeat(65), ' a'])
      await expect(createRoot({ name, suite: 'P-256', ...validity })).rejects.toMatchObject({
        code: 'INPUT_INVALID',
      });
  });
});

function names(...uris: string[]): SubjectAlternativeNameExtension {
  return new SubjectAlternativeNameExtension(uris.map((value) => ({ type: 'url', value })));
}
