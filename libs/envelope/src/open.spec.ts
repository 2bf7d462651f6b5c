import fc from 'fast-check';
import { canonicalBytes } from '#core';
import type { Role } from '#trust';
import { anyBody } from '../testing/bodies.js';
import {
  envelopeOf,
  makeOffices,
  NOW,
  openerOf,
  samplePayload,
  sealBy,
  type Offices,
} from '../testing/offices.js';
import {
  encrypt,
  ENVELOPE_BYTES_MAX,
  officerHeader,
  open,
  payloadBytes,
  prepareSeal,
  signAsOfficer,
  verifyOfficerSignature,
  type AttachmentKey,
} from './index.js';

let offices: Offices;
beforeAll(async () => {
  offices = await makeOffices();
});

describe('a message', () => {
  it.each([[[]], [['head']], [['head', 'deputy']]] as ('head' | 'deputy')[][][])(
    'opens as it was signed by the officers %j and sealed',
    (officers) => {
      const { kz, by } = offices;
      const payload = samplePayload();
      const sealed = sealBy(kz, payload, officers);
      const opened = open(envelopeOf(sealed, kz, by), openerOf(by, offices));
      expect(opened).toEqual({
        ok: true,
        kind: 'message',
        D: sealed.D,
        payload,
        payloadBytes: payloadBytes(payload),
        jws: sealed.jws,
        proofs: [],
        attachmentKeys: [],
        seal: {
          authority: 'kz-knb',
          thumbprint: kz.seal.certificate.thumbprint,
          iat: NOW,
          ep: 1,
          n: 7,
          prev: null,
        },
        officers: officers.map((who) => ({
          role: who === 'head' ? 'head' : 'deputy-head',
          authority: 'kz-knb',
          thumbprint: kz[who].certificate.thumbprint,
          iat: NOW,
        })),
      });
    },
  );

  it('signed in a role for which its certificate is not listed is refused', () => {
    const { kz, by, resolve } = offices;
    const bytes = envelopeOf(sealBy(kz, samplePayload()), kz, by);
    const listedAs = (...roles: Role[]) =>
      open(bytes, {
        ...openerOf(by, offices),
        resolve: (thumbprint) => {
          const answer = resolve(thumbprint);
          return answer.ok && thumbprint === kz.head.certificate.thumbprint ? { ...answer, roles } : answer;
        },
      });
    expect(listedAs('unit-head', 'head')).toMatchObject({ ok: true });
    for (const roles of [[], ['deputy-head'], ['seal', 'register']] as Role[][])
      expect(listedAs(...roles)).toMatchObject({ ok: false, code: 'ENVELOPE_ROLE' });
  });

  it('is counted for nobody where it is addressed to another than whose key opened it', () => {
    const { kz, by } = offices;
    const sealed = sealBy(kz, samplePayload({ to: 'am-nss' }));
    const answer = open(envelopeOf(sealed, kz, by), openerOf(by, offices));
    expect(answer).toMatchObject({ ok: false, code: 'ENVELOPE_BINDING' });
    expect(answer).not.toHaveProperty('sender');
    // Nor where something else is wrong with it that would be answered.
    const unread = (to: string) => {
      const payload = canonicalBytes({ ...samplePayload({ to }), v: 2 });
      return open(envelopeOf(sealBy(kz, payload), kz, by), openerOf(by, offices));
    };
    expect(unread('am-nss')).not.toHaveProperty('sender');
    expect(unread('am-nss')).toMatchObject({ code: 'ENVELOPE_VERSION' });
    expect(unread('by-mvd')).toMatchObject({ code: 'ENVELOPE_VERSION', sender: { to: 'by-mvd' } });
  });

  it('holds to the instant of its expiry, and was signed before it', () => {
    const { kz, by } = offices;
    const options = openerOf(by, offices);
    const at = (exp: number, now: number, iat = NOW) =>
      open(envelopeOf(sealBy(kz, samplePayload({ exp }), [], iat), kz, by), { ...options, now });
    expect(at(NOW + 60, NOW + 60)).toMatchObject({ ok: true });
    expect(at(NOW + 60, NOW + 61)).toMatchObject({ code: 'REPLAY', sender: { from: 'kz-knb' } });
    expect(at(NOW, NOW)).toMatchObject({ ok: true });
    expect(at(NOW, NOW, NOW + 1)).toMatchObject({ code: 'ENVELOPE_EXPIRED' });
    expect(at(NOW + 900, NOW, NOW + 300)).toMatchObject({ ok: true });
    expect(at(NOW + 900, NOW, NOW + 301)).toMatchObject({ code: 'ENVELOPE_EXPIRED' });
  });

  it('is of the authority that lists its certificate, whatever that certificate leaves out', () => {
    const { kz, by, resolve } = offices;
    const bytes = envelopeOf(sealBy(kz, samplePayload()), kz, by);
    const naming = (authority: string | undefined) =>
      open(bytes, {
        ...openerOf(by, offices),
        resolve: (thumbprint) => {
          const answer = resolve(thumbprint);
          return answer.ok ? { ...answer, certificate: { ...answer.certificate, authority } } : answer;
        },
      });
    expect(naming('kz-knb')).toMatchObject({ ok: true });
    expect(naming(undefined)).toMatchObject({ ok: true });
    expect(naming('am-nss')).toMatchObject({ code: 'ENVELOPE_BINDING' });
  });

  it('keeps D when the same seal is encrypted again, and no two envelopes are alike', () => {
    const { kz, by } = offices;
    const sealed = sealBy(kz, samplePayload());
    const [first, second] = [envelopeOf(sealed, kz, by), envelopeOf(sealed, kz, by)];
    expect(first.equals(second)).toBe(false);
    expect(open(second, openerOf(by, offices))).toMatchObject({ D: sealed.D });
  });

  it('has its identity before anybody signs it, and the same whenever it is prepared', () => {
    const options = {
      payload: payloadBytes(samplePayload()),
      officers: [],
      certificate: offices.kz.seal.certificate,
      iat: NOW,
      ep: 1,
      n: 8,
      prev: 'A'.repeat(43),
    };
    expect(prepareSeal(options)).toEqual(prepareSeal(options));
    expect(prepareSeal({ ...options, n: 9 }).D).not.toBe(prepareSeal(options).D);
  });

  it('carries the keys of its attachments', () => {
    const { kz, by } = offices;
    const entry = { id: 'a1', bytes: 5, sha256: 'A'.repeat(43) };
    const key: AttachmentKey = { ...entry, key: 'A'.repeat(43), chunkBytes: 65_536 };
    const { jws } = sealBy(
      kz,
      samplePayload({ attachments: [{ ...entry, name: 'протокол.pdf', mediaType: 'application/pdf' }] }),
    );
    const bytes = encrypt({
      jws,
      attachmentKeys: [key],
      from: 'kz-knb',
      recipient: by.encryption.certificate,
    });
    expect(open(bytes, openerOf(by, offices))).toMatchObject({ ok: true, attachmentKeys: [key] });
  });

  it('round-trips whatever JSON its body holds', () => {
    const { kz, by } = offices;
    fc.assert(
      fc.property(anyBody, (value) => {
        const payload = samplePayload({ body: value });
        const opened = open(envelopeOf(sealBy(kz, payload, []), kz, by), openerOf(by, offices));
        expect(opened).toMatchObject({ ok: true, payload });
      }),
      { numRuns: 60 },
    );
  });

  it('is refused at the sender where it is too large for the bus', () => {
    const { kz, by } = offices;
    const sealed = sealBy(kz, samplePayload({ body: { text: 'x'.repeat(ENVELOPE_BYTES_MAX) } }), []);
    expect(() => envelopeOf(sealed, kz, by)).toThrow(expect.objectContaining({ code: 'ENVELOPE_SIZE' }));
  });

  it('is not encrypted to a key that is not for encryption', () => {
    const { kz, by } = offices;
    const { jws } = sealBy(kz, samplePayload());
    expect(() => encrypt({ jws, from: 'kz-knb', recipient: by.seal.certificate })).toThrow('encryption');
  });
});

describe('an officer’s signature', () => {
  it('is verified as it comes back from where it was made', () => {
    const { kz, resolve } = offices;
    const payload = payloadBytes(samplePayload());
    const signature = signAsOfficer({ payload, ...kz.head, role: 'head', iat: NOW });
    expect(verifyOfficerSignature({ payload, signature, resolve })).toEqual({
      ok: true,
      role: 'head',
      authority: 'kz-knb',
      thumbprint: kz.head.certificate.thumbprint,
      iat: NOW,
    });
    expect(verifyOfficerSignature({ payload: Buffer.from('{}'), signature, resolve })).toMatchObject({
      code: 'ENVELOPE_SIGNATURE',
    });
  });

  it('covers the text that the officer’s device is given', () => {
    const { certificate } = offices.kz.head;
    const payload = payloadBytes(samplePayload());
    const header = officerHeader({ payload, certificate, role: 'head', iat: NOW });
    expect(header.signingInput).toBe(`${header.protected}.${payload.toString('base64url')}`);
  });

  it('cannot be made in a role that the certificate lacks, nor with another’s key', () => {
    const { kz, by } = offices;
    const payload = payloadBytes(samplePayload());
    expect(() => signAsOfficer({ payload, ...kz.deputy, role: 'head', iat: NOW })).toThrow('role head');
    expect(() => signAsOfficer({ payload, ...kz.head, key: by.head.key, role: 'head', iat: NOW })).toThrow(
      'the key is not that of the certificate',
    );
  });
});
