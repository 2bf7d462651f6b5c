import { createHash, createPublicKey } from 'node:crypto';
import { OFFICER_ROLES, softwareSigner, type Role } from '#trust';
import { headerOf, signedAgain } from '../testing/crafted.js';
import { makeOffices, NOW, samplePayload, sealBy, type Offices } from '../testing/offices.js';
import { publishedRsaKey } from '../testing/published-keys.js';
import {
  completeSeal,
  officerHeader,
  payloadBytes,
  prepareSeal,
  signAsOfficer,
  verifyOfficerSignature,
  type JwsSignature,
  type Resolve,
} from './index.js';

let offices: Offices;
beforeAll(async () => {
  offices = await makeOffices();
});

const payload = payloadBytes(samplePayload());
const place = { iat: NOW, ep: 1, n: 1, prev: null };
const misuse: unknown = expect.objectContaining({ code: 'INPUT_INVALID' });
const wrongRole: unknown = expect.objectContaining({ code: 'ENVELOPE_ROLE' });
const hashOf = (signature: string): string =>
  createHash('sha256').update(Buffer.from(signature, 'base64url')).digest('base64url');

const byHead = (): JwsSignature => signAsOfficer({ payload, ...offices.kz.head, role: 'head', iat: NOW });
const prepared = (officers: readonly JwsSignature[] = [byHead()], over: object = {}) =>
  prepareSeal({ payload, officers, certificate: offices.kz.seal.certificate, ...place, ...over });

describe('an officer’s header', () => {
  it('is what a message’s signature says of itself', () => {
    const { certificate } = offices.kz.head;
    const header = officerHeader({ certificate, role: 'head', iat: NOW });
    expect(Object.keys(header)).toEqual(['protected']);
    expect(headerOf({ ...header, signature: '' })).toEqual({
      alg: 'ES256',
      typ: 'valise-msg+jws',
      cty: 'valise+json',
      kid: certificate.thumbprint,
      'x5t#S256': certificate.thumbprint,
      iat: NOW,
      role: 'head',
    });
    expect(() => officerHeader({ certificate, role: 'deputy-head', iat: NOW })).toThrow(wrongRole);
  });
});

describe('an officer’s signature', () => {
  it('is not a seal’s', () => {
    const { kz, resolve } = offices;
    const signature = signAsOfficer({ payload, ...kz.seal, role: 'seal' as never, iat: NOW });
    expect(verifyOfficerSignature({ payload, signature, resolve })).toMatchObject({
      ok: false,
      code: 'ENVELOPE_ROLE',
    });
  });

  it('is in a role that the certificate carries, whatever else its list says', () => {
    const { deputy } = offices.kz;
    const { certificate } = deputy;
    const signature = signAsOfficer({ payload, ...deputy, role: 'deputy-head', iat: NOW });
    const jws = { payload: payload.toString('base64url'), signatures: [signature] };
    const verdictOn = (role: Role) => {
      const [again = signature] = signedAgain(
        jws,
        0,
        { ...headerOf(signature), role },
        deputy.key,
      ).signatures;
      const resolve: Resolve = () => ({ ok: true, certificate, authority: 'kz-knb', roles: OFFICER_ROLES });
      return verifyOfficerSignature({ payload, signature: again, resolve });
    };
    expect(verdictOn('deputy-head')).toMatchObject({ ok: true, role: 'deputy-head' });
    expect(verdictOn('head')).toMatchObject({ ok: false, code: 'ENVELOPE_ROLE' });
  });

  it('is made by the private key of its certificate, however often it was made before', () => {
    const { head, deputy } = offices.kz;
    const by = (key: typeof head.key) => () =>
      signAsOfficer({ payload, certificate: head.certificate, key, role: 'head', iat: NOW });
    expect(by(head.key)).not.toThrow();
    expect(by(head.key)).not.toThrow();
    expect(by(deputy.key)).toThrow(misuse);
    // A public key signs nothing, and the remedy names what is needed.
    const details = { remedy: expect.stringContaining('private key') as unknown };
    expect(by(createPublicKey(head.key))).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID', details }),
    );
  });
});

describe('a prepared seal', () => {
  it('says where the message stands, and commits to the officers’ signatures', () => {
    const officer = byHead();
    const { certificate } = offices.kz.seal;
    const seal = prepared([officer], { ep: 2, n: 7, prev: 'A'.repeat(43) });
    expect(headerOf({ ...seal, signature: '' })).toEqual({
      alg: 'ES256',
      typ: 'valise-msg+jws',
      cty: 'valise+json',
      kid: certificate.thumbprint,
      'x5t#S256': certificate.thumbprint,
      iat: NOW,
      role: 'seal',
      cos: [hashOf(officer.signature)],
      ep: 2,
      n: 7,
      prev: 'A'.repeat(43),
    });
    const covered = `${seal.protected}.${payload.toString('base64url')}`;
    expect(seal.D).toBe(createHash('sha256').update(covered).digest('base64url'));
  });

  it('has room for three officers, and not for a fourth', () => {
    const officers = [byHead(), byHead(), byHead()];
    expect(() => prepared(officers)).not.toThrow();
    expect(() => prepared([...officers, byHead()])).toThrow(misuse);
  });

  it('is that of a certificate for seals', () => {
    expect(() => prepared([], { certificate: offices.kz.head.certificate })).toThrow(wrongRole);
  });

  it.each([{ ep: -1 }, { n: 0.5 }, { prev: 'x' }, { iat: -1 }])('is not made with %j', (over) => {
    expect(() => prepared([], over)).toThrow(misuse);
  });
});

describe('a completed seal', () => {
  it('stands last, after the officers’ signatures', () => {
    const officers = [byHead()];
    const seal = prepared(officers);
    const jws = completeSeal({ payload, officers, prepared: seal, key: offices.kz.seal.key });
    expect(jws).toEqual({
      payload: payload.toString('base64url'),
      signatures: [...officers, { protected: seal.protected, signature: expect.any(String) as unknown }],
    });
  });

  it('is not that of another payload, other officers, or a key of another suite', () => {
    const officers = [byHead()];
    const seal = prepared(officers);
    const { key } = offices.kz.seal;
    const complete = (over: object) => () =>
      completeSeal({ payload, officers, prepared: seal, key, ...over });
    expect(complete({})).not.toThrow();
    expect(complete({ key: softwareSigner(key) })).not.toThrow();
    expect(complete({ payload: payloadBytes(samplePayload({ level: 'secret' })) })).toThrow(misuse);
    expect(complete({ prepared: { ...seal, D: 'A'.repeat(43) } })).toThrow(misuse);
    expect(complete({ officers: [byHead()] })).toThrow(misuse);
    expect(complete({ officers: [] })).toThrow(misuse);
    expect(complete({ key: publishedRsaKey('seal') })).toThrow(misuse);
  });

  it('makes D another one whenever anything that it covers is another', () => {
    const { kz } = offices;
    const over = (n: number) => sealBy(kz, payload, [], NOW, { ep: 1, n, prev: null }).D;
    expect(over(1)).toBe(over(1));
    expect(over(2)).not.toBe(over(1));
  });
});
