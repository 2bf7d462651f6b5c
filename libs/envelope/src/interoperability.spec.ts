import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import * as jose from 'jose';
import { encode, sha256 } from './text.js';
import { anyBody } from '../testing/bodies.js';
import { asBytes } from '../testing/crafted.js';
import {
  envelopeOf,
  makeOffices,
  NOW,
  openerOf,
  samplePayload,
  sealBy,
  type Holder,
  type Offices,
} from '../testing/offices.js';
import {
  officerHeader,
  open,
  payloadBytes,
  prepareSeal,
  type Jws,
  type JwsSignature,
  type Payload,
} from './index.js';

/** Random ones, each way; RSA takes a few milliseconds a signature. */
const MESSAGES = 25;

/** The npm library jose as the judge: it reads what we make, and we read what it makes in our profile. */
describe.each(['P-256', 'RSA'] as const)('jose and this library, suite %s', (suite) => {
  let offices: Offices;
  beforeAll(async () => {
    offices = await makeOffices(suite);
  }, 120_000);

  it('jose opens whatever we seal, and verifies every signature', async () => {
    const { kz, by } = offices;
    await fc.assert(
      fc.asyncProperty(anyBody, async (body) => {
        const payload = samplePayload({ body });
        const sealed = sealBy(kz, payload, ['head', 'deputy']);
        const envelope = JSON.parse(envelopeOf(sealed, kz, by).toString()) as jose.GeneralJWE;
        const decrypted = await jose.generalDecrypt(envelope, by.encryption.key);
        expect(decrypted.protectedHeader).toMatchObject({ enc: 'A256GCM', typ: 'valise-env+jwe' });
        const { jws } = JSON.parse(Buffer.from(decrypted.plaintext).toString()) as { jws: Jws };
        expect(jws).toEqual(sealed.jws);
        for (const [index, holder] of [kz.head, kz.deputy, kz.seal].entries()) {
          const entry = jws.signatures[index];
          const verified = await jose.flattenedVerify(
            { payload: jws.payload, protected: entry?.protected ?? '', signature: entry?.signature ?? '' },
            holder.certificate.publicKey,
          );
          expect(payloadBytes(payload).equals(verified.payload)).toBe(true);
        }
      }),
      { numRuns: MESSAGES },
    );
  });

  it('we open whatever jose signs and encrypts in our profile', async () => {
    const { by } = offices;
    await fc.assert(
      fc.asyncProperty(anyBody, async (body) => {
        const { D, bytes } = await joseSends(offices, samplePayload({ body }));
        expect(open(bytes, openerOf(by, offices))).toMatchObject({
          ok: true,
          D,
          payload: samplePayload({ body }),
        });
      }),
      { numRuns: MESSAGES },
    );
  });
});

async function joseSends({ kz, by }: Offices, content: Payload): Promise<{ D: string; bytes: Buffer }> {
  const payload = payloadBytes(content);
  const head = officerHeader({ certificate: kz.head.certificate, role: 'head', iat: NOW });
  const officer = await joseSigns(payload, head.protected, kz.head);
  const prepared = prepareSeal({
    payload,
    officers: [officer],
    certificate: kz.seal.certificate,
    iat: NOW,
    ep: 1,
    n: 7,
    prev: null,
  });
  const seal = await joseSigns(payload, prepared.protected, kz.seal);
  const jws = { payload: encode(payload), signatures: [officer, seal] };
  const plaintext = asBytes({ jws, proofs: [], attachmentKeys: [] });
  return { D: prepared.D, bytes: await joseEncrypts(plaintext, kz.authority, by.encryption) };
}

async function joseSigns(payload: Buffer, protectedHeader: string, holder: Holder): Promise<JwsSignature> {
  const header = JSON.parse(Buffer.from(protectedHeader, 'base64url').toString()) as jose.JWSHeaderParameters;
  const signed = await new jose.FlattenedSign(payload).setProtectedHeader(header).sign(holder.key);
  return { protected: signed.protected ?? '', signature: signed.signature };
}

/** jose agrees on a key and wraps it, and encrypts the content under our header; only the putting together is ours. */
async function joseEncrypts(plaintext: Buffer, from: string, { certificate }: Holder): Promise<Buffer> {
  const cek = randomBytes(32);
  const kid = certificate.thumbprint;
  const alg = certificate.suite === 'P-256' ? 'ECDH-ES+A256KW' : 'RSA-OAEP-256';
  const wrapping = new jose.FlattenedEncrypt(Buffer.from('any'))
    .setProtectedHeader({ alg, enc: 'A256GCM' })
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- meant for testing, which this is
    .setContentEncryptionKey(cek);
  if (alg === 'ECDH-ES+A256KW')
    wrapping.setKeyManagementParameters({ apu: Buffer.from(from), apv: Buffer.from(kid) });
  const wrapped = await wrapping.encrypt(certificate.publicKey);
  const { epk, apu, apv } = jose.decodeProtectedHeader(wrapped) as Record<string, unknown>;

  const ckc = sha256(Buffer.concat([Buffer.from('valise-cek-v1\0'), cek]));
  const content = await new jose.FlattenedEncrypt(plaintext)
    .setProtectedHeader({ enc: 'A256GCM', typ: 'valise-env+jwe', ckc })
    .setUnprotectedHeader({ alg: 'dir' })
    .encrypt(cek);
  const { protected: protectedHeader, iv, ciphertext, tag } = content;
  return asBytes({
    protected: protectedHeader,
    recipients: [{ header: { alg, kid, epk, apu, apv }, encrypted_key: wrapped.encrypted_key }],
    iv,
    ciphertext,
    tag,
  });
}
