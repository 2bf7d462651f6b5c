import {
  createRoot,
  issueCertificate,
  issueIntermediate,
  parseCertificate,
  validatePath,
  createCrl,
  parseCrl,
} from './index.js';

const from = new Date('2026-01-01T00:00:00Z');
const until = new Date('2028-01-01T00:00:00Z');
const at = new Date('2026-06-01T00:00:00Z');

describe('smoke', () => {
  it('works', async () => {
    const root = await createRoot({
      name: 'Root of KZ',
      country: 'KZ',
      suite: 'P-256',
      notBefore: from,
      notAfter: until,
    });
    const middle = await issueIntermediate({
      issuer: root,
      name: 'Issuer',
      suite: 'RSA',
      notBefore: from,
      notAfter: until,
    });
    const leaf = await issueCertificate({
      issuer: middle,
      role: 'seal',
      subject: { name: 'Комитет, отдел №1', authority: 'kz-knb' },
      notBefore: from,
      notAfter: until,
    });
    expect(leaf.certificate.roles).toEqual(['seal']);
    expect(leaf.certificate.authority).toBe('kz-knb');
    expect(parseCertificate(leaf.certificate.pem)).toBe(leaf.certificate);
    expect(
      validatePath({
        leaf: leaf.certificate,
        intermediates: [middle.certificate],
        root: root.certificate,
        at,
        role: 'seal',
      }),
    ).toEqual({ ok: true });
    const crl = parseCrl(
      (
        await createCrl({
          issuer: middle,
          revoked: [{ serialNumber: leaf.certificate.serialNumber, at: from }],
          thisUpdate: from,
          nextUpdate: until,
          number: 200,
        })
      ).pem,
    );
    const crl0 = parseCrl(
      (await createCrl({ issuer: root, revoked: [], thisUpdate: from, nextUpdate: until, number: 1 })).der,
    );
    expect(
      validatePath({
        leaf: leaf.certificate,
        intermediates: [middle.certificate],
        root: root.certificate,
        at,
        role: 'seal',
        crls: [crl, crl0],
      }),
    ).toMatchObject({ code: 'CERTIFICATE_REVOKED' });
  });
});
