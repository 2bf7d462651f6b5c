import 'reflect-metadata';
import { verifyBook, verifyHandOver, verifyStatement } from '#envelope';
import {
  type Certificate,
  createCrl,
  createRoot,
  type Issuer,
  issueCertificate,
  issueIntermediate,
  type Role,
} from '#trust';
import { createPrivateKey } from 'node:crypto';
import { type BookSigner, cosign, signAgreement, handOver, signList, submission } from './books.js';

const NOW = Date.parse('2026-03-01T09:00:00Z');
const validity = { notBefore: new Date('2026-01-01'), notAfter: new Date('2027-01-01') };

async function office(state: string): Promise<{
  root: Certificate;
  issuer: Issuer;
  signer: (role: Role, authority: string) => Promise<BookSigner>;
}> {
  const root = await createRoot({ name: `${state} root`, suite: 'P-256', ...validity });
  return {
    root: root.certificate,
    issuer: root,
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

/** For lists that name none. */
const noCrl = (): never => {
  throw new Error('no revocation list is named');
};

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
    const text = signList(list(), await signer('register', 'KZ'), NOW, {
      certificate: (file) => {
        expect(file).toBe('knb.pem');
        return seal;
      },
      crl: noCrl,
    });
    const verified = verifyBook(text, { anchorOf: () => root, at: new Date(NOW) });
    expect(verified).toMatchObject({ ok: true, book: 'list:KZ', version: 3 });
    expect(JSON.stringify(verified.ok && verified.content)).toContain(seal.der.toString('base64'));
  });

  it('takes intermediates and revocation lists as base64 or from their files', async () => {
    const { issuer, signer } = await office('KZ');
    const between = await issueIntermediate({
      issuer,
      name: 'KZ intermediate',
      suite: 'P-256',
      ...validity,
    });
    const crl = await createCrl({
      issuer,
      number: 1,
      revoked: [],
      thisUpdate: new Date(NOW),
      nextUpdate: validity.notAfter,
    });
    const [ofBetween, ofCrl] = [between.certificate.der.toString('base64'), crl.der.toString('base64')];
    const named = list()
      .replace(/certificates:\n.*/, 'certificates: []')
      .replace('intermediates: []', `intermediates: [between.pem, '${ofBetween}']`)
      .replace('crls: []', `crls: [crl.pem, '${ofCrl}']`);
    const text = signList(named, await signer('register', 'KZ'), NOW, {
      certificate: () => between.certificate,
      crl: (file) => {
        expect(file).toBe('crl.pem');
        return crl;
      },
    });
    const verified = verifyBook(text, { anchorOf: () => issuer.certificate, at: new Date(NOW) });
    expect(verified.ok && verified.content).toMatchObject({
      intermediates: [ofBetween, ofBetween],
      crls: [ofCrl, ofCrl],
    });
  });

  it('signs nothing that readers would refuse, and names the field', async () => {
    const { signer } = await office('KZ');
    const register = await signer('register', 'KZ');
    const seal = (await signer('seal', 'kz-knb')).certificate;
    expect(() => signList(list('extra: 1'), register, NOW, { certificate: () => seal, crl: noCrl })).toThrow(
      'extra',
    );
    expect(() =>
      signList(list().replace('kz-knb', 'by-mvd'), register, NOW, { certificate: () => seal, crl: noCrl }),
    ).toThrow('certificates.0');
    const other = (await signer('seal', 'by-mvd')).certificate;
    expect(() => signList(list(), register, NOW, { certificate: () => other, crl: noCrl })).toThrow(
      '$.certificates.0: the certificate names by-mvd, and is listed for kz-knb',
    );
    expect(() => signList('{', register, NOW, { certificate: () => seal, crl: noCrl })).toThrow(
      'neither YAML nor JSON',
    );
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
        ? { ok: true as const, certificate, authority: certificate.authority ?? '', roles: certificate.roles }
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

function signaturesOf(text: string): object {
  return { signatures: (JSON.parse(text) as { signatures: unknown }).signatures };
}

describe('a hand-over', () => {
  it('is signed by the old root, and goes to all who rely on it', async () => {
    const [old, next] = await Promise.all([office('KZ'), office('KZ 2')]);
    const key = createPrivateKey('privateKeyPem' in old.issuer ? old.issuer.privateKeyPem : '');
    const root = { certificate: old.root, key };
    const text = handOver('list:KZ', next.root, root, NOW);
    const at = new Date(NOW);
    expect(verifyHandOver(text, { rootsOf: () => [old.root], at })).toMatchObject({
      ok: true,
      book: 'list:KZ',
      to: { thumbprint: next.root.thumbprint },
    });
    expect(verifyHandOver(text, { rootsOf: () => [next.root], at })).toMatchObject({
      code: 'CERTIFICATE_PATH',
    });
    const forged = JSON.stringify({
      ...(JSON.parse(text) as object),
      ...signaturesOf(handOver('list:BY', next.root, root, NOW)),
    });
    expect(verifyHandOver(forged, { rootsOf: () => [old.root], at })).toMatchObject({
      code: 'BOOK_SIGNATURE',
    });
    const leaf = (await next.signer('register', 'KZ')).certificate;
    expect(
      verifyHandOver(handOver('list:KZ', leaf, root, NOW), { rootsOf: () => [old.root], at }),
    ).toMatchObject({
      code: 'CERTIFICATE_PATH',
    });
    expect(() => handOver('list:', next.root, root, NOW)).toThrow('not a book');
    expect(submission(text).path).toBe('/v1/lists');
    expect(submission(handOver('treaty:CIS', next.root, root, NOW)).path).toBe('/v1/register/books');
  });
});
