import {
  createCipheriv,
  createDecipheriv,
  createECDH,
  generateKeyPairSync,
  hash,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { unixSeconds } from '#core';
import { completeSeal, encrypt, open, type Payload, payloadBytes, prepareSeal } from '#envelope';
import { decide, decisionFileSchema } from '#policy';
import { compileRegister } from '#treaties';
import { type Certificate, loadCertificate, loadPrivateKey } from '#trust';
import { rateOf } from './statistics.js';

export interface MicroKeys {
  readonly seal: { readonly certificate: string; readonly key: string };
  readonly encryption: { readonly certificate: string; readonly key: string };
}
export interface Micro {
  readonly seal: number;
  readonly sealPrimitives: number;
  readonly open: number;
  readonly openPrimitives: number;
  readonly decide: number;
}

/** Sealing, opening and deciding on one core, beside the bare primitives of the same messages. */
export function measureMicro(payload: Payload, keys: MicroKeys, decisions: string): Micro {
  const sealCertificate = loadCertificate(keys.seal.certificate);
  const sealKey = loadPrivateKey(keys.seal.key);
  const recipient = loadCertificate(keys.encryption.certificate);
  const recipientKey = loadPrivateKey(keys.encryption.key);
  const bytes = payloadBytes(payload);
  const iat = unixSeconds(new Date());
  const seal = (): { body: Buffer; input: number; plaintext: number } => {
    const officers: [] = [];
    const place = { iat, ep: 1, n: 1, prev: null };
    const prepared = prepareSeal({ payload: bytes, officers, certificate: sealCertificate, ...place });
    const jws = completeSeal({ payload: bytes, officers, prepared, key: sealKey });
    return {
      body: encrypt({ jws, from: payload.from, recipient }),
      input: prepared.protected.length + 1 + jws.payload.length,
      plaintext: JSON.stringify({ jws, proofs: [], attachmentKeys: [] }).length,
    };
  };
  const { body, input, plaintext } = seal();
  const opening = openingOf(payload, recipient, recipientKey, sealCertificate, iat);
  const bare = primitives(input, plaintext);
  return {
    seal: rateOf(seal),
    sealPrimitives: rateOf(bare.seal),
    open: rateOf(() => {
      opening(body);
    }),
    openPrimitives: rateOf(bare.open),
    decide: rateOf(decisionsOf(decisions)),
  };
}

function openingOf(
  payload: Payload,
  certificate: Certificate,
  key: ReturnType<typeof loadPrivateKey>,
  signer: Certificate,
  now: number,
): (body: Buffer) => void {
  const resolved = { ok: true, certificate: signer, authority: payload.from } as const;
  const options = {
    recipients: [{ authority: payload.to, certificate, key }],
    resolve: () => resolved,
    now,
  };
  return (body) => {
    const opened = open(body, options);
    if (!opened.ok) throw new Error(`${opened.code}: ${opened.detail}`);
  };
}

/**
 * One ECDSA signature, an ephemeral key, an agreement, key derivation, key wrap, GCM and the hashes of identity and
 * key commitment, over as many bytes as the message has: no JSON, no base64, no checks.
 */
function primitives(
  inputBytes: number,
  plaintextBytes: number,
): { seal: () => unknown; open: () => unknown } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const input = randomBytes(inputBytes);
  const plaintext = randomBytes(plaintextBytes);
  const aad = randomBytes(128);
  const peer = createECDH('prime256v1');
  const peerPoint = peer.generateKeys();
  const wrapIv = Buffer.alloc(8, 0xa6);
  const derive = (secret: Buffer): Buffer => hash('sha256', Buffer.concat([secret, aad]), 'buffer');
  const seal = () => {
    const cek = randomBytes(32);
    const iv = randomBytes(12);
    const identity = hash('sha256', input);
    const signature = sign('sha256', input, { key: privateKey, dsaEncoding: 'ieee-p1363' });
    const ephemeral = createECDH('prime256v1');
    const point = ephemeral.generateKeys();
    const wrap = createCipheriv('id-aes256-wrap', derive(ephemeral.computeSecret(peerPoint)), wrapIv);
    const wrapped = Buffer.concat([wrap.update(cek), wrap.final()]);
    const commitment = hash('sha256', cek);
    const cipher = createCipheriv('aes-256-gcm', cek, iv, { authTagLength: 16 });
    cipher.setAAD(aad);
    const ciphertext = cipher.update(plaintext);
    cipher.final();
    return { iv, identity, signature, point, wrapped, commitment, ciphertext, tag: cipher.getAuthTag() };
  };
  const sealed = seal();
  const openSealed = (): void => {
    const unwrap = createDecipheriv('id-aes256-wrap', derive(peer.computeSecret(sealed.point)), wrapIv);
    const cek = Buffer.concat([unwrap.update(sealed.wrapped), unwrap.final()]);
    const cipher = createDecipheriv('aes-256-gcm', cek, sealed.iv, { authTagLength: 16 });
    cipher.setAAD(aad);
    cipher.setAuthTag(sealed.tag);
    cipher.update(sealed.ciphertext);
    cipher.final();
    const fits =
      hash('sha256', cek) === sealed.commitment &&
      hash('sha256', input) === sealed.identity &&
      verify('sha256', input, { key: publicKey, dsaEncoding: 'ieee-p1363' }, sealed.signature);
    if (!fits) throw new Error('the primitives do not fit each other');
  };
  return { seal, open: openSealed };
}

/** Every decision of the file in turn: permits and refusals under all the instruments, on a register of many books. */
function decisionsOf(file: string): () => unknown {
  const { register, cases } = decisionFileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const compiled = compileRegister(register);
  let next = 0;
  return () => {
    const chosen = cases[next++ % cases.length];
    return chosen && decide(compiled, chosen.input);
  };
}
