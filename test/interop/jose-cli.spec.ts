import { createPublicKey, hash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Jws, type JwsSignature, officerHeader, open, payloadBytes, prepareSeal } from '#envelope';
import {
  envelopeOf,
  type Holder,
  makeOffices,
  type MadeOffices,
  NOW,
  openerOf,
  samplePayload,
  sealBy,
} from '../../libs/envelope/testing/offices.js';
import { suiteFor } from '../../libs/envelope/src/suites.js';
import { describeWith, run } from './tools.js';

/** Debian's `jose` command: the first suite only, for it knows no RSA-OAEP-256. */
describeWith(
  'jose',
  ['alg'],
  'jose',
)('the jose command', () => {
  let offices: MadeOffices;
  let folder: string;
  beforeAll(async () => {
    offices = await makeOffices();
    folder = mkdtempSync(join(tmpdir(), 'valise-jose-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const file = (name: string, value: unknown): string => {
    const path = join(folder, name);
    writeFileSync(path, Buffer.isBuffer(value) ? value : JSON.stringify(value), { mode: 0o600 });
    return path;
  };
  const privateJwk = ({ key }: Holder) => file('private.jwk', key.export({ format: 'jwk' }));
  const publicJwk = ({ certificate }: Holder) =>
    file('public.jwk', createPublicKey(certificate.pem).export({ format: 'jwk' }));

  const verifies = ({ payload }: Jws, entry: JwsSignature | undefined, holder: Holder): Buffer =>
    run('jose', ['jws', 'ver', '-i', file('jws', { payload, ...entry }), '-k', publicJwk(holder), '-O', '-']);

  it('opens and verifies what we seal, and not what was altered', () => {
    const { kz, by } = offices;
    const sealed = sealBy(kz, samplePayload(), ['head', 'deputy']);
    const envelope = file('envelope', envelopeOf(sealed, kz, by));
    const key = privateJwk(by.encryption);
    const plaintext = run('jose', ['jwe', 'dec', '-i', envelope, '-k', key, '-O', '-']);
    const { jws } = JSON.parse(plaintext.toString()) as { jws: Jws };
    expect(jws).toEqual(sealed.jws);
    for (const [index, holder] of [kz.head, kz.deputy, kz.seal].entries())
      expect(verifies(jws, jws.signatures[index], holder)).toEqual(payloadBytes(samplePayload()));
    expect(() => verifies(jws, jws.signatures[0], kz.seal)).toThrow('exit code 1');
    const other = sealBy(kz, samplePayload({ level: 'secret' })).jws;
    expect(() => verifies(other, jws.signatures[2], kz.seal)).toThrow('exit code 1');
  });

  it('signs, agrees on a key and encrypts what we open', () => {
    const { kz, by } = offices;
    const payload = payloadBytes(samplePayload());
    const sign = (protectedHeader: string, holder: Holder): JwsSignature => {
      const decoded: unknown = JSON.parse(Buffer.from(protectedHeader, 'base64url').toString());
      const template = JSON.stringify({ protected: decoded });
      const args = ['jws', 'sig', '-I', file('payload', payload), '-s', template, '-k', privateJwk(holder)];
      const made = JSON.parse(run('jose', args).toString()) as JwsSignature;
      return { protected: made.protected, signature: made.signature };
    };
    const head = officerHeader({ certificate: kz.head.certificate, role: 'head', iat: NOW });
    const officer = sign(head.protected, kz.head);
    const place = { iat: NOW, ep: 1, n: 7, prev: null };
    const prepared = prepareSeal({
      payload,
      officers: [officer],
      certificate: kz.seal.certificate,
      ...place,
    });
    const seal = sign(prepared.protected, kz.seal);
    const jws = { payload: payload.toString('base64url'), signatures: [officer, seal] };

    const bytes = file('sealed', encryptedByJose(JSON.stringify({ jws, proofs: [], attachmentKeys: [] })));
    const opened = open(run('cat', [bytes]), openerOf(by, offices));
    expect(opened).toMatchObject({ ok: true, payload: samplePayload(), officers: [{ role: 'head' }] });
  });

  /** The command cannot be told a content key: it wraps one of its own, which the recipient unwraps, and then encrypts with that. */
  function encryptedByJose(plaintext: string): object {
    const { kz, by } = offices;
    const { certificate, key } = by.encryption;
    const kid = certificate.thumbprint;
    const [apu, apv] = [kz.authority, kid].map((text) => Buffer.from(text).toString('base64url'));
    const encrypt = (protectedHeader: object, header: object, jwk: string, text: string) => {
      const template = ['-i', JSON.stringify({ protected: protectedHeader })];
      const recipient = ['-r', '-', '-I', file('plaintext', Buffer.from(text)), '-k', jwk];
      const made = run('jose', ['jwe', 'enc', ...template, ...recipient], JSON.stringify({ header }));
      return JSON.parse(made.toString()) as {
        header: { alg: string; kid: string; epk: Record<string, string>; apu: string; apv: string };
        encrypted_key: string;
        [member: string]: unknown;
      };
    };
    const agreement = { alg: 'ECDH-ES+A256KW', kid, apu, apv };
    const wrapped = encrypt({ enc: 'A256GCM' }, agreement, publicJwk(by.encryption), 'any');
    const wrappedKey = Buffer.from(wrapped.encrypted_key, 'base64url');
    const cek = suiteFor(key, undefined).unwrap(wrappedKey, wrapped.header, { certificate, key });
    if (cek === undefined) throw new Error('what jose wrapped does not unwrap');

    const ckc = hash('sha256', Buffer.concat([Buffer.from('valise-cek-v1\0'), cek]), 'base64url');
    const direct = file('cek.jwk', { kty: 'oct', k: cek.toString('base64url') });
    const protectedHeader = { enc: 'A256GCM', typ: 'valise-env+jwe', ckc };
    const {
      ciphertext,
      iv,
      tag,
      protected: text,
    } = encrypt(protectedHeader, { alg: 'dir' }, direct, plaintext);
    const { header, encrypted_key } = wrapped;
    return { protected: text, recipients: [{ header, encrypted_key }], iv, ciphertext, tag };
  }
});
