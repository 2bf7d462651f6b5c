import 'reflect-metadata';
import { verifyBook, verifyStatement } from '#envelope';
import { type Certificate, createRoot, issueCertificate, type Role } from '#trust';
import { createPrivateKey } from 'node:crypto';
import { type BookSigner, cosign, signAgreement, signList } from './books.js';

const NOW = Date.parse('2026-03-01T09:00:00Z');
const validity = { notBefore: new Date('2026-01-01'), notAfter: new Date('2027-01-01') };

async function office(
  state: string,
): Promise<{ root: Certificate; signer: (role: Role, authority: string) => Promise<BookSigner> }> {
  const root = await createRoot({ name: `${state} root`, suite: 'P-256', ...validity });
  return {
    root: root.certificate,
    signer: async (role, authority) => {
      const issued = await issueCertificate({
        issuer: root,
        role,
        subject: { name: authority, authority },
        suite: 'P-256',
        ...validity,
      });
      return { certificate: issued.certificate, key: createPrivateKey(issued.privateKeyPem ?? '') };
    },
  };
}

const list = (more = '') => `
book: list:KZ
version: 3
state: KZ
organ: null
issuedAt: 2026-03-01T09:00:00Z
authorities: []
certificates:
  - { authority: kz-knb, role: seal, certificate: knb.pem }
intermediates: []
crls: []
grades: []
${more}`;

const ARRANGEMENT = JSON.stringify({
  id: 'by-kz',
  version: 1,
  instrument: 'cis-it-crime-2018',
  between: ['by-mvd', 'kz-knb'],
  from: '2026-01-01',
  until: null,
  electronicForm: false,
});

describe('signList', () => {
  it('makes a book that the keeper’s root vouches for, with the certificates read from their files', async () => {
    const { root, signer } = await office('KZ');
    const seal = (await signer('seal', 'kz-knb')).certificate;
    const text = signList(list(), await signer('register', 'KZ'), NOW, (file) => {
      expect(file).toBe('knb.pem');
      return seal;
    });
    const verified = verifyBook(text, { anchorOf: () => root, at: new Date(NOW) });
    expect(verified).toMatchObject({ ok: true, book: 'list:KZ', version: 3 });
    expect(JSON.stringify(verified.ok && verified.content)).toContain(seal.der.toString('base64'));
  });

  it('signs nothing that readers would refuse, and names the field', async () => {
    const { signer } = await office('KZ');
    const register = await signer('register', 'KZ');
    const seal = (await signer('seal', 'kz-knb')).certificate;
    expect(() => signList(list('extra: 1'), register, NOW, () => seal)).toThrow('extra');
    expect(() => signList(list().replace('kz-knb', 'by-mvd'), register, NOW, () => seal)).toThrow(
      'certificates.0',
    );
    expect(() => signList('{', register, NOW, () => seal)).toThrow('neither YAML nor JSON');
  });
});

describe('an agreement', () => {
  it('is whole with the seals of both sides, and not before', async () => {
    const [kz, by] = [
      await (await office('KZ')).signer('seal', 'kz-knb'),
      await (await office('BY')).signer('seal', 'by-mvd'),
    ];
    const known = new Map([kz, by].map(({ certificate }) => [certificate.thumbprint, certificate]));
    const resolve = (thumbprint: string) => {
      const certificate = known.get(thumbprint);
      return certificate
        ? { ok: true as const, certificate, authority: certificate.authority ?? '' }
        : { ok: false as const, code: 'CERTIFICATE_UNKNOWN' as const, detail: '' };
    };
    const half = signAgreement('arrangement', ARRANGEMENT, by, NOW);
    expect(verifyStatement(half, { typ: 'valise-arrangement+jws', resolve }).ok).toBe(false);
    const whole = cosign(JSON.stringify(half), kz, NOW);
    const verified = verifyStatement(whole, { typ: 'valise-arrangement+jws', resolve });
    expect(verified.ok && verified.signers.map(({ authority }) => authority).sort()).toEqual([
      'by-mvd',
      'kz-knb',
    ]);
  });

  it('is cosigned only where there is one', async () => {
    const kz = await (await office('KZ')).signer('seal', 'kz-knb');
    expect(() => cosign('{"payload":"e30","signatures":[]}', kz, NOW)).toThrow('no signed arrangement');
    expect(() => cosign('null', kz, NOW)).toThrow('no signed arrangement');
  });
});
