import { createHash } from 'node:crypto';
import type { AlgorithmSuite } from './algorithm-suite.js';
import { worldOf, type World } from '../testing/attacks.js';
import { asBytes } from '../testing/crafted.js';
import { makeOffices, NOW, openerOf, samplePayload, type MadeOffices } from '../testing/offices.js';
import { encrypt, ENVELOPE_BYTES_MAX, open, PROFILE_SUITES, type Jws } from './index.js';

interface Envelope {
  protected: string;
  recipients: [{ header: { alg: string; kid: string; epk?: object; apu?: string }; encrypted_key: string }];
  iv: string;
  ciphertext: string;
  tag: string;
}

const anyText: unknown = expect.any(String);

/** A suite in the place of P-256’s: the profile’s own, but for what is given over. */
function inPlaceOfP256(over: (p256: AlgorithmSuite) => Partial<AlgorithmSuite>): AlgorithmSuite[] {
  return PROFILE_SUITES.map((suite) => (suite.id === 'P-256' ? { ...suite, ...over(suite) } : suite));
}

let world: World & MadeOffices;
beforeAll(async () => {
  world = worldOf(await makeOffices(), { now: NOW, payload: samplePayload });
});

describe('an envelope', () => {
  it('says in its headers what docs/protocol/envelope.md has it say', () => {
    const { sealed, by } = world;
    const recipient = by.encryption.certificate;
    let cek = Buffer.alloc(0);
    const suites = inPlaceOfP256((p256) => ({
      wrap: (key, ...rest) => {
        cek = Buffer.from(key);
        return p256.wrap(key, ...rest);
      },
    }));
    const bytes = encrypt({ jws: sealed.jws, from: 'kz-knb', recipient, suites });
    const envelope = JSON.parse(bytes.toString()) as Envelope;
    const ckc = createHash('sha256').update('valise-cek-v1\0').update(cek).digest('base64url');
    expect(JSON.parse(Buffer.from(envelope.protected, 'base64url').toString())).toEqual({
      enc: 'A256GCM',
      typ: 'valise-env+jwe',
      ckc,
    });
    expect(envelope.recipients).toEqual([
      {
        header: {
          alg: 'ECDH-ES+A256KW',
          kid: recipient.thumbprint,
          epk: { kty: 'EC', crv: 'P-256', x: anyText, y: anyText },
          apu: Buffer.from('kz-knb').toString('base64url'),
          apv: Buffer.from(recipient.thumbprint).toString('base64url'),
        },
        encrypted_key: anyText,
      },
    ]);
    expect(cek).toHaveLength(32);
    expect(Buffer.from(envelope.iv, 'base64url')).toHaveLength(12);
    expect(Buffer.from(envelope.tag, 'base64url')).toHaveLength(16);
  });

  it('has as many bytes as every reader takes, and not one more', () => {
    const recipient = world.by.encryption.certificate;
    const sizeOf = (payload: number, from: string): number => {
      const jws: Jws = { payload: 'A'.repeat(payload), signatures: [] };
      return encrypt({ jws, from, recipient }).length;
    };
    // base64url has no text of 4 n + 1 characters: the name of the sender makes up for it.
    const room = Math.floor(((ENVELOPE_BYTES_MAX - sizeOf(0, 'kz')) * 3) / 4);
    const isFull = (from: string) => sizeOf(room, from) === ENVELOPE_BYTES_MAX;
    const from = ['kz', 'kz-', 'kz-k', 'kz-kn'].find(isFull) ?? '';
    expect(sizeOf(room, from)).toBe(ENVELOPE_BYTES_MAX);
    expect(() => sizeOf(room + 1, from)).toThrow(
      expect.objectContaining({
        code: 'ENVELOPE_SIZE',
        details: { remedy: expect.stringContaining('attachment') as unknown },
      }),
    );
  });

  it('is not made for a certificate that is not for encryption', () => {
    const { sealed, by } = world;
    expect(() => encrypt({ jws: sealed.jws, from: 'kz-knb', recipient: by.seal.certificate })).toThrow(
      expect.objectContaining({ code: 'ENVELOPE_ROLE' }),
    );
  });
});

describe('the key of the content', () => {
  it('is wiped wherever it was in our hands, opened or refused', () => {
    const { sealed, by } = world;
    const keys: Buffer[] = [];
    const suites = inPlaceOfP256((p256) => ({
      wrap: (cek, ...rest) => {
        keys.push(cek);
        return p256.wrap(cek, ...rest);
      },
      unwrap: (...given) => {
        const cek = p256.unwrap(...given);
        if (cek) keys.push(cek);
        return cek;
      },
    }));
    const options = { ...openerOf(by, world), suites };
    const bytes = encrypt({
      jws: sealed.jws,
      from: 'kz-knb',
      recipient: by.encryption.certificate,
      suites,
    });
    const envelope = JSON.parse(bytes.toString()) as Envelope;
    const spoilt = asBytes({ ...envelope, ciphertext: envelope.iv });
    expect([open(bytes, options).ok, open(spoilt, options).ok]).toEqual([true, false]);
    expect(keys.map((key) => key.toString('hex'))).toEqual(Array(3).fill('00'.repeat(32)));
  });
});

describe('the ephemeral key of a further suite', () => {
  /** Reads P-256's own members, whatever others there are. */
  const lenient = inPlaceOfP256((p256) => ({
    unwrap: (encryptedKey, { epk = {}, ...header }, recipient) => {
      const { kty = '', crv = '', x = '', y = '' } = epk;
      return p256.unwrap(encryptedKey, { ...header, epk: { kty, crv, x, y } }, recipient);
    },
  }));
  const openedWith = (members: Record<string, unknown>) => {
    const { sealed, by, pack } = world;
    const envelope = JSON.parse(pack(sealed.jws).toString()) as Envelope;
    const [{ header, encrypted_key }] = envelope.recipients;
    const recipients = [{ header: { ...header, epk: { ...header.epk, ...members } }, encrypted_key }];
    return open(asBytes({ ...envelope, recipients }), { ...openerOf(by, world), suites: lenient });
  };

  it.each<[string, Record<string, unknown>]>([
    ['no further member', {}],
    ['a member with the longest name', { ['k'.repeat(16)]: 'A' }],
    ['the longest member', { k: 'A'.repeat(4_096) }],
    ['as many members as there may be', { a: '', b: '', c: '', d: '' }],
  ])('may have %s', (_, members) => {
    expect(openedWith(members)).toMatchObject({ ok: true });
  });

  it.each<[string, Record<string, unknown>]>([
    ['a member with a longer name', { ['k'.repeat(17)]: 'A' }],
    ['a longer member', { k: 'A'.repeat(4_097) }],
    ['one member more', { a: '', b: '', c: '', d: '', e: '' }],
    ['a member that is no text', { k: 1 }],
  ])('does not have %s', (_, members) => {
    expect(openedWith(members)).toMatchObject({ ok: false, code: 'ENVELOPE_FORMAT' });
  });
});
