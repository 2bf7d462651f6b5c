import { worldOf, type World } from '../testing/attacks.js';
import { plaintextOf } from '../testing/crafted.js';
import { makeOffices, NOW, openerOf, samplePayload, type MadeOffices } from '../testing/offices.js';
import { carrying, consentBy } from '../testing/proofs.js';
import { open, unwrap, type AttachmentKey, type Resolve } from './index.js';

let world: World & MadeOffices;
beforeAll(async () => {
  world = worldOf(await makeOffices(), { now: NOW, payload: samplePayload });
});

describe('the keys of attachments', () => {
  const HASH = 'A'.repeat(43);
  const entries = ['a1', 'a2'].map((id, index) => ({ id, bytes: index + 5, sha256: HASH }));
  const keys: AttachmentKey[] = entries.map((entry) => ({ ...entry, key: HASH, chunkBytes: 65_536 }));
  const [first, second] = keys;
  const openedWith = (attachmentKeys: readonly object[]) => {
    const attachments = entries.map((entry) => ({ ...entry, name: 'a.pdf', mediaType: 'application/pdf' }));
    const { jws } = world.seal(world.kz, samplePayload({ attachments }), []);
    const bytes = world.pack(jws, { plaintext: plaintextOf(jws, { attachmentKeys }) });
    return open(bytes, openerOf(world.by, world));
  };

  it('come with the message in the order of its attachments', () => {
    expect(openedWith(keys)).toMatchObject({ ok: true, attachmentKeys: keys });
  });

  it.each<[string, readonly object[]]>([
    ['none', []],
    ['one too few', [first ?? {}]],
    ['one too many', [...keys, { ...second, id: 'a3' }]],
    ['another order', [...keys].reverse()],
    ['another id', [first ?? {}, { ...second, id: 'a3' }]],
    ['another length', [first ?? {}, { ...second, bytes: 7 }]],
    ['another length of the first', [{ ...first, bytes: 7 }, second ?? {}]],
    ['another hash', [first ?? {}, { ...second, sha256: `${'A'.repeat(42)}E` }]],
    ['a key with stray bits', [first ?? {}, { ...second, key: `${'A'.repeat(42)}B` }]],
    ['a key of other letters', [first ?? {}, { ...second, key: `+${'A'.repeat(42)}` }]],
  ])('are refused: %s', (_, attachmentKeys) => {
    expect(openedWith(attachmentKeys)).toMatchObject({
      ok: false,
      code: 'ENVELOPE_ATTACHMENT',
      sender: { from: 'kz-knb' },
    });
  });

  it.each<[string, object]>([
    ['a short key', { key: 'AAAA' }],
    ['another size of chunks', { chunkBytes: 4_096 }],
    ['an unknown member', { cipher: 'none' }],
  ])('are refused before the seal is looked at: %s', (_, over) => {
    const answer = openedWith([first ?? {}, { ...second, ...over }]);
    expect(answer).toMatchObject({ ok: false, code: 'ENVELOPE_FORMAT' });
    expect(answer).not.toHaveProperty('sender');
  });
});

describe('the payload', () => {
  it('is taken out of the content as it stands, and refused where it is decoded', () => {
    const payload = 'A\nA';
    const jws = { ...world.sealed.jws, payload: '' };
    const plaintext = plaintextOf(jws).replace('"payload":""', `"payload":"${payload}"`);
    const bytes = world.pack(null, { plaintext });
    const options = openerOf(world.by, world);
    expect(unwrap(bytes, options)).toMatchObject([{ content: { jws: { ...jws, payload } } }]);
    expect(open(bytes, options)).toMatchObject({ ok: false });
  });
});

describe('a register that cannot answer', () => {
  const failure = new Error('the database is gone');
  /** Fails for one certificate and knows all others. */
  const failingFor =
    (failing: string): Resolve =>
    (thumbprint) => {
      if (thumbprint === failing) throw failure;
      return world.resolve(thumbprint);
    };

  it.each(['the seal', 'an officer', 'a proof’s officer'] as const)(
    'is not taken for a fault of the message: at %s',
    (whose) => {
      const { kz, am, by } = world;
      const holders = { 'the seal': kz.seal, 'an officer': kz.head, 'a proof’s officer': am.head };
      const resolve = failingFor(holders[whose].certificate.thumbprint);
      const bytes = carrying(world, [consentBy(world)]);
      expect(() => open(bytes, { ...openerOf(by, world), resolve })).toThrow(failure);
    },
  );
});
