import { createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { ValiseError } from '#core';
import { softwareSigner, type Signer } from '#trust';
import { parties, unwrapUnder, wrapUnder } from './key-agreement.js';
import { Refusal } from './rejected.js';
import { ownSuite, suiteFor } from './suites.js';
import { edwards, edwardsHolder } from '../testing/third-suite.js';
import {
  envelopeOf,
  makeOffices,
  NOW,
  openerOf,
  samplePayload,
  sealBy,
  type Office,
  type Offices,
} from '../testing/offices.js';
import {
  completeSeal,
  encrypt,
  open,
  payloadBytes,
  prepareSeal,
  PROFILE_SUITES,
  signAsOfficer,
  signStatement,
  type AlgorithmSuite,
  type OpenOptions,
  type Resolve,
} from './index.js';

let offices: Offices;
beforeAll(async () => {
  offices = await makeOffices();
});

const place = { iat: NOW, ep: 1, n: 1, prev: null };
const payload = payloadBytes(samplePayload());

describe('a further suite', () => {
  const suites = [...PROFILE_SUITES, edwards];
  const found = (authority: string): Pick<Office, 'authority' | 'head' | 'seal' | 'encryption'> => ({
    authority,
    head: edwardsHolder('head', authority),
    seal: edwardsHolder('seal', authority),
    encryption: edwardsHolder('encryption', authority),
  });
  const [kz, by] = [found('kz-knb'), found('by-mvd')];
  const resolve: Resolve = (thumbprint) => {
    const holder = [kz.head, kz.seal].find(({ certificate }) => certificate.thumbprint === thumbprint);
    return holder
      ? { ok: true, certificate: holder.certificate, authority: 'kz-knb', roles: holder.certificate.roles }
      : offices.resolve(thumbprint);
  };

  function sent(recipient = by.encryption.certificate) {
    const head = signAsOfficer({ payload, ...kz.head, role: 'head', iat: NOW, suites });
    const { certificate, key } = kz.seal;
    const prepared = prepareSeal({ payload, officers: [head], certificate, ...place, suites });
    const jws = completeSeal({ payload, officers: [head], prepared, key, suites });
    return { D: prepared.D, bytes: encrypt({ jws, from: 'kz-knb', recipient, suites }) };
  }
  const options = (over: Partial<OpenOptions> = {}): OpenOptions => ({
    recipients: [{ authority: 'by-mvd', ...by.encryption }],
    resolve,
    now: NOW,
    suites,
    ...over,
  });

  it('plugs in: the format is the same', () => {
    const { D, bytes } = sent();
    expect(open(bytes, options())).toMatchObject({
      ok: true,
      D,
      payload: samplePayload(),
      officers: [{ role: 'head' }],
    });
    const jwe = JSON.parse(bytes.toString()) as Record<string, unknown>;
    const ordinary = envelopeOf(sealBy(offices.kz, samplePayload()), offices.kz, offices.by).toString();
    expect(Object.keys(jwe)).toEqual(Object.keys(JSON.parse(ordinary) as object));
  });

  it('refuses what another suite refuses', () => {
    const { bytes } = sent();
    const jwe = JSON.parse(bytes.toString()) as { recipients: { header: object; encrypted_key: string }[] };
    const [recipient] = jwe.recipients;
    const spoilt = { ...recipient, encrypted_key: Buffer.alloc(40).toString('base64url') };
    const bad = Buffer.from(JSON.stringify({ ...jwe, recipients: [spoilt] }));
    expect(open(bad, options())).toMatchObject({ code: 'ENVELOPE_DECRYPT' });
    const other = edwardsHolder('seal', 'kz-knb').certificate;
    const lying: Resolve = (thumbprint) => {
      const answer = resolve(thumbprint);
      return answer.ok ? { ...answer, certificate: { ...other, thumbprint } } : answer;
    };
    expect(open(bytes, options({ resolve: lying }))).toMatchObject({ code: 'ENVELOPE_SIGNATURE' });
  });

  it('is not taken by anybody who did not ask for it, neither to decrypt nor to verify', () => {
    expect(open(sent().bytes, options({ suites: undefined }))).toMatchObject({ code: 'ENVELOPE_ALGORITHM' });
    const toOrdinary = sent(offices.by.encryption.certificate).bytes;
    const { recipients } = openerOf(offices.by, offices);
    expect(open(toOrdinary, options({ recipients }))).toMatchObject({ ok: true });
    expect(open(toOrdinary, options({ recipients, suites: undefined }))).toMatchObject({
      code: 'ENVELOPE_ALGORITHM',
    });
  });

  it('does not sign or encrypt for anybody who did not ask for it', () => {
    const misuse = expect.objectContaining({ code: 'ENVELOPE_ALGORITHM' });
    expect(() => signAsOfficer({ payload, ...kz.head, role: 'head', iat: NOW })).toThrow(misuse);
    const { jws } = sealBy(offices.kz, samplePayload());
    expect(() => encrypt({ jws, from: 'kz-knb', recipient: by.encryption.certificate })).toThrow(misuse);
  });

  it('leaves the profile with its own two', () => {
    expect(PROFILE_SUITES.map(({ id, signature, keyManagement }) => [id, signature, keyManagement])).toEqual([
      ['P-256', 'ES256', 'ECDH-ES+A256KW'],
      ['RSA', 'PS256', 'RSA-OAEP-256'],
    ]);
    expect(Object.isFrozen(PROFILE_SUITES)).toBe(true);
  });
});

describe.each(['P-256', 'RSA'] as const)('the suite %s', (id) => {
  let by: Office;
  let suite: AlgorithmSuite;
  beforeAll(async () => {
    ({ by } = await makeOffices(id));
    suite = suiteFor(by.encryption.key, undefined);
  }, 120_000);
  const unwrapped = (cek: Buffer, over: object = {}) => {
    const { certificate } = by.encryption;
    const { header, encryptedKey } = suite.wrap(cek, certificate, 'kz-knb');
    return () => suite.unwrap(encryptedKey, { ...header, ...over }, by.encryption);
  };

  it('is told by the key, private or public', () => {
    const { certificate, key } = by.encryption;
    expect([suiteFor(key, undefined).id, suiteFor(certificate.publicKey, undefined).id]).toEqual([id, id]);
    expect(PROFILE_SUITES.filter((one) => one.suits(key)).map((one) => one.id)).toEqual([id]);
  });

  it('takes a content’s key of 32 bytes, and of no other length', () => {
    const cek = randomBytes(32);
    expect(unwrapped(Buffer.from(cek))()?.equals(cek)).toBe(true);
    for (const bytes of [16, 24, 40]) expect(unwrapped(randomBytes(bytes))()).toBeUndefined();
  });

  it('opens nothing but what was wrapped for its key', () => {
    const { certificate } = by.encryption;
    const { header, encryptedKey } = suite.wrap(randomBytes(32), certificate, 'kz-knb');
    for (const spoilt of [randomBytes(encryptedKey.length), encryptedKey.subarray(1), Buffer.alloc(0)])
      expect(suite.unwrap(spoilt, header, by.encryption)).toBeUndefined();
  });

  it('refuses a recipient header with too few or too many members', () => {
    const [malformed, cek] = [
      expect.objectContaining({ code: 'ENVELOPE_FORMAT' }) as unknown,
      randomBytes(32),
    ];
    const epk = { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) };
    const overs =
      id === 'RSA'
        ? [{ epk }, { apu: 'AAAA' }, { apv: 'AAAA' }]
        : [{ epk: undefined }, { apu: undefined }, { apv: undefined }, { epk: { kty: 'EC', crv: 'P-256' } }];
    for (const over of overs) expect(unwrapped(cek, over)).toThrow(malformed);
  });

  it('verifies what it signed, and nothing else', () => {
    const [data, other] = [randomBytes(20), randomBytes(20)];
    const { certificate, key } = by.encryption;
    const signature = suite.sign(data, key);
    expect(suite.verify(data, certificate.publicKey, signature)).toBe(true);
    expect(suite.verify(other, certificate.publicKey, signature)).toBe(false);
    expect(suite.verify(data, certificate.publicKey, Buffer.alloc(0))).toBe(false);
    expect(suite.verify(data, certificate.publicKey, Buffer.concat([signature, signature]))).toBe(false);
  });
});

describe('P-256', () => {
  it('has signatures of 64 bytes and in no other spelling', () => {
    const { certificate, key } = offices.kz.seal;
    const suite = suiteFor(key, undefined);
    const data = randomBytes(20);
    const signature = suite.sign(data, key);
    const [r, s, zero] = [signature.subarray(0, 32), signature.subarray(32), Buffer.alloc(1)];
    expect(suite.verify(data, certificate.publicKey, Buffer.concat([r, s]))).toBe(true);
    const der = sign('sha256', data, key);
    for (const other of [[zero, r, zero, s], [r, s, zero], [zero, r, s], [der]])
      expect(suite.verify(data, certificate.publicKey, Buffer.concat(other))).toBe(false);
  });

  it('agrees on keys that are on its curve only', () => {
    const { by } = offices;
    const suite = suiteFor(by.encryption.key, undefined);
    const { header, encryptedKey } = suite.wrap(randomBytes(32), by.encryption.certificate, 'kz-knb');
    const over = (epk: Record<string, string>) => () =>
      suite.unwrap(encryptedKey, { ...header, epk: { ...header.epk, ...epk } }, by.encryption);
    const foreign = expect.objectContaining({ code: 'ENVELOPE_ALGORITHM' }) as unknown;
    expect(over({})()).toHaveLength(32);
    expect(over({ kty: 'OKP' })).toThrow(foreign);
    expect(over({ crv: 'P-384' })).toThrow(foreign);
    expect(over({ d: 'AA' })).toThrow(expect.objectContaining({ code: 'ENVELOPE_FORMAT' }));
    expect(over({ y: 'A'.repeat(43) })()).toBeUndefined();
  });

  it('wipes the secret that was agreed on', () => {
    const header = parties('kz-knb', 'A'.repeat(43));
    const secret = randomBytes(32);
    const [first, second] = [Buffer.from(secret), Buffer.from(secret)];
    const cek = randomBytes(32);
    const wrapped = wrapUnder(first, header, cek);
    expect(unwrapUnder(second, header, wrapped).equals(cek)).toBe(true);
    expect([first, second].map((one) => one.toString('hex'))).toEqual(Array(2).fill('00'.repeat(32)));
    expect(() => unwrapUnder(Buffer.from(secret), { ...header, apu: 'AAAA' }, wrapped)).toThrow();
    expect(() => unwrapUnder(Buffer.from(secret), { ...header, apv: 'AAAA' }, wrapped)).toThrow();
  });
});

describe('a key of no suite', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });

  it('is refused in a message, and is misuse in our hands', () => {
    for (const key of [privateKey, publicKey]) {
      expect(() => suiteFor(key, undefined)).toThrow(expect.objectContaining({ code: 'ENVELOPE_ALGORITHM' }));
      expect(() => suiteFor(key, undefined)).toThrow(Refusal);
      expect(() => ownSuite(key, undefined)).toThrow(ValiseError);
      expect(() => ownSuite(key, undefined)).toThrow(expect.objectContaining({ code: 'ENVELOPE_ALGORITHM' }));
    }
    expect(() => suiteFor(offices.kz.seal.key, [])).toThrow(Refusal);
  });

  it('is not what a broken suite makes of one', () => {
    const failure = new Error('the module is gone');
    const suits = () => {
      throw failure;
    };
    expect(() => ownSuite(publicKey, [{ ...edwards, suits }])).toThrow(failure);
  });
});

describe.each(['P-256', 'RSA'] as const)('a signer in the place of a key, suite %s', (suite) => {
  let kz: Office;
  let by: Office;
  let resolve: Resolve;
  beforeAll(async () => {
    ({ kz, by, resolve } = await makeOffices(suite));
  }, 120_000);

  it('seals, signs statements, and never gives its key', () => {
    const asked: Buffer[] = [];
    const software = softwareSigner(kz.seal.key);
    const module: Signer = {
      suite,
      publicKey: createPublicKey(kz.seal.key),
      sign: (data) => {
        asked.push(data);
        return software.sign(data);
      },
    };
    const { certificate } = kz.seal;
    const prepared = prepareSeal({ payload, officers: [], certificate, ...place });
    const jws = completeSeal({ payload, officers: [], prepared, key: module });
    const bytes = encrypt({ jws, from: 'kz-knb', recipient: by.encryption.certificate });
    const options = { recipients: [{ authority: 'by-mvd', ...by.encryption }], resolve, now: NOW };
    expect(open(bytes, options)).toMatchObject({ ok: true, D: prepared.D });
    expect(asked.map(String)).toEqual([`${prepared.protected}.${jws.payload}`]);

    const content = { from: 'kz-knb', to: 'by-mvd', ep: 1, ns: [1] };
    const signers = [{ certificate, key: module, role: 'seal' as const }];
    const resend = signStatement({ typ: 'valise-resend+jws', content, signers, iat: NOW });
    const enveloped = encrypt({ jws: resend, from: 'kz-knb', recipient: by.encryption.certificate });
    expect(open(enveloped, options)).toMatchObject({ ok: true, content });
  });

  it('of another key than the certificate’s is refused', () => {
    const signers = [{ ...kz.seal, key: softwareSigner(by.seal.key), role: 'seal' as const }];
    const content = { from: 'kz-knb', to: 'by-mvd', ep: 1, ns: [1] };
    expect(() => signStatement({ typ: 'valise-resend+jws', content, signers, iat: NOW })).toThrow(
      'not that of',
    );
  });
});
