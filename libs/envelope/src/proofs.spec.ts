import { worldOf, type World } from '../testing/attacks.js';
import {
  carrying,
  consentBy,
  sampleConsent,
  sampleRelease,
  sampleRevocation,
  signedProof,
} from '../testing/proofs.js';
import { AT, hold, makeOffices, NOW, openerOf, samplePayload, type MadeOffices } from '../testing/offices.js';
import {
  encrypt,
  officerStatementHeader,
  open,
  PROOF_OFFICERS,
  proofHash,
  proofReference,
  resolveFrom,
  sealProof,
  signStatement,
  statementBytes,
  verifyStatement,
  verifyStatementSignature,
  type Consent,
  type EpochStatement,
  type Jws,
  type TrustList,
} from './index.js';
import { signWith } from './jws.js';

let world: World & MadeOffices;
beforeAll(async () => {
  world = worldOf(await makeOffices(), { now: NOW, payload: samplePayload });
});

const opened = (bytes: Buffer) => open(bytes, openerOf(world.by, world));
/** @param without a member that the sample has */
const accepts = (over: Partial<Consent>, without?: keyof Consent) => () => {
  const content = Object.entries(sampleConsent(world, over)).filter(([member]) => member !== without);
  return statementBytes('valise-consent+jws', Object.fromEntries(content) as Consent);
};

describe('a proof', () => {
  it.each([
    ['consent', 'valise-consent+jws', 'am', sampleConsent],
    ['release', 'valise-release+jws', 'kz', sampleRelease],
    ['revocation', 'valise-revocation+jws', 'am', sampleRevocation],
  ] as const)('of the kind %s travels whole and is verified where it arrives', (_, typ, by, sample) => {
    const content = sample(world);
    const proof = signedProof(typ, content as never, world[by], NOW);
    const reference = proofReference(typ, content.id, proof);
    const answer = opened(carrying(world, [proof], [reference]));
    expect(answer).toMatchObject({ ok: true, proofs: [{ ...reference, content, jws: proof }] });
    expect(answer).toMatchObject({
      proofs: [{ signers: [{ role: 'head' }, { role: 'deputy-head' }, { role: 'seal' }] }],
    });
  });

  it('is signed by two officers wherever they sit, each checked as it comes, and sealed last', () => {
    const { am, resolve } = world;
    const content = sampleConsent(world);
    const typ = 'valise-consent+jws';
    const payload = statementBytes(typ, content);
    const officers = [['head', 'head'] as const, ['deputy', 'deputy-head'] as const].map(([who, role]) => {
      const { certificate, key } = am[who];
      const header = officerStatementHeader({ typ, payload, certificate, role, iat: NOW });
      expect(header.signingInput).toBe(`${header.protected}.${payload.toString('base64url')}`);
      const signature = signWith(key, header.protected, payload.toString('base64url'));
      expect(verifyStatementSignature({ typ, payload, signature, resolve })).toMatchObject({
        ok: true,
        role,
      });
      const other = statementBytes(typ, { ...content, coversDerived: true });
      expect(verifyStatementSignature({ typ, payload: other, signature, resolve })).toMatchObject({
        code: 'ENVELOPE_SIGNATURE',
      });
      return signature;
    });
    expect(officers).toHaveLength(PROOF_OFFICERS);
    const proof = sealProof({ typ, content, officers, seal: am.seal, iat: NOW });
    expect(verifyStatement(proof, { typ, resolve })).toMatchObject({ ok: true, content });
    expect(opened(carrying(world, [proof]))).toMatchObject({ ok: true });
  });

  it('requires two persons: neither a renewed certificate nor an old key under another name makes a second one', async () => {
    const { am, roots, lists } = world;
    const renewed = await hold(roots.AM, 'head', am.authority, 'P-256');
    const list = lists[2];
    if (list === undefined) throw new Error('no list of AM');
    const listed = [...list.listed, { authority: am.authority, role: 'head' as const, ...renewed }];
    const resolve = resolveFrom([...lists.slice(0, 2), { ...list, listed } satisfies TrustList], AT);
    const typ = 'valise-consent+jws';
    const sign = (second: typeof renewed) =>
      verifyStatement(
        signStatement({
          typ,
          content: sampleConsent(world),
          signers: [
            { ...am.head, role: 'head' },
            { ...second, role: second === renewed ? 'head' : 'deputy-head' },
            { ...am.seal, role: 'seal' },
          ],
          iat: NOW,
        }),
        { typ, resolve },
      );
    expect(sign(renewed)).toMatchObject({ ok: false, code: 'ENVELOPE_ROLE' });
    expect(sign(am.deputy)).toMatchObject({ ok: true });
  });

  it('is named by the hash of all of it, signatures included', () => {
    const proof = consentBy(world);
    const again = consentBy(world);
    expect(again.payload).toBe(proof.payload);
    expect(proofHash(again)).not.toBe(proofHash(proof));
    expect(proofHash(JSON.parse(JSON.stringify(proof)) as Jws)).toBe(proofHash(proof));
  });

  it('was signed by our clock, each signature of it', () => {
    const { am } = world;
    const [typ, content] = ['valise-consent+jws', sampleConsent(world)] as const;
    const signedAt = (iats: readonly [number, number, number]) => {
      const signers = [
        { ...am.head, role: 'head' as const },
        { ...am.deputy, role: 'deputy-head' as const },
        { ...am.seal, role: 'seal' as const },
      ];
      const parts = signers.map((signer, index) =>
        signStatement({ typ, content, signers: [signer], iat: iats[index] ?? NOW }),
      );
      const proof: Jws = {
        payload: parts[0]?.payload ?? '',
        signatures: parts.flatMap(({ signatures }) => signatures),
      };
      return opened(carrying(world, [proof]));
    };
    const [last, ahead] = [NOW + 300, NOW + 301];
    expect(signedAt([last, last, last])).toMatchObject({ ok: true });
    for (const iats of [
      [ahead, NOW, NOW],
      [NOW, ahead, NOW],
      [NOW, NOW, ahead],
    ] as const)
      expect(signedAt(iats)).toMatchObject({ code: 'ENVELOPE_PROOF', sender: { from: 'kz-knb' } });
  });

  it('is a proof once: two of one kind with one id are refused, two kinds may share it', () => {
    const consent = consentBy(world, { over: { id: 'p-1' } });
    const content = { ...sampleRelease(world), id: 'p-1' };
    const release = signedProof('valise-release+jws', content, world.kz, NOW);
    const named = [
      proofReference('valise-consent+jws', 'p-1', consent),
      proofReference('valise-release+jws', 'p-1', release),
    ];
    expect(opened(carrying(world, [consent, release], named))).toMatchObject({ ok: true });
    const again = consentBy(world, { over: { id: 'p-1' } });
    expect(opened(carrying(world, [consent, again]))).toMatchObject({ code: 'ENVELOPE_PROOF' });
  });

  it('may be as many as the format lets it, and verifying them stays bounded', () => {
    const proofs = Array.from({ length: 32 }, (_, index) => consentBy(world, { over: { id: `c${index}` } }));
    expect(opened(carrying(world, proofs))).toMatchObject({ ok: true });
  });
});

const item: Consent['items'][number] = {
  saltedHash: 'A'.repeat(43),
  level: 'open',
  purposes: [],
  conditions: [],
};

describe('what a consent leaves out means nothing and nobody', () => {
  it('names its recipient, or its purposes', () => {
    expect(accepts({})).not.toThrow();
    expect(accepts({}, 'recipient')).toThrow('recipient');
    expect(accepts({ kind: 'disclosure' }, 'recipient')).toThrow('recipient');
    expect(accepts({ kind: 'purpose' }, 'recipient')).toThrow('purposes');
    expect(accepts({ kind: 'purpose', purposes: [] })).toThrow('recipient');
    expect(accepts({ kind: 'purpose', purposes: [] }, 'recipient')).not.toThrow();
  });

  it('keeps an empty list as it is: no item, no purpose', () => {
    const answer = opened(carrying(world, [consentBy(world, { over: { items: [], purposes: [] } })]));
    expect(answer).toMatchObject({ ok: true, proofs: [{ content: { items: [], purposes: [] } }] });
  });

  it('knows no word for everything', () => {
    expect(accepts({ items: 'all' as never })).toThrow('items');
    expect(accepts({ recipient: '*' })).toThrow('recipient');
  });

  it.each<[string, Partial<Consent>]>([
    ['until', { until: '2026-05-01T00:00:00Z' }],
    ['to', { to: 'am-nss' }],
    ['from', { from: '2026-05-01' }],
    ['maxLevel', { maxLevel: 'cosmic' as never }],
    ['items', { items: [item, item] }],
    ['items', { items: Array<typeof item>(257).fill(item) }],
    ['conditions', { conditions: Array<string>(65).fill('x') }],
    ['surprise', { surprise: 1 } as Partial<Consent>],
  ])('is refused at its maker for its member %s', (path, over) => {
    expect(accepts(over)).toThrow(path);
  });

  it('is refused with any member missing', () => {
    for (const member of Object.keys(sampleConsent(world)) as (keyof Consent)[])
      expect(accepts({}, member)).toThrow(member);
  });
});

describe('a new epoch', () => {
  const place = { ep: 1, n: 50, D: 'A'.repeat(43) };
  const stated = (over: Partial<EpochStatement> = {}): EpochStatement => ({
    from: 'kz-knb',
    to: 'by-mvd',
    ep: 2,
    sent: place,
    received: null,
    re: null,
    at: '2026-06-01T00:00:00Z',
    ...over,
  });
  const travels = (content: EpochStatement, signer: 'kz' | 'am' = 'kz') => {
    const jws = signStatement({
      typ: 'valise-epoch+jws',
      content,
      signers: [{ ...world[signer].seal, role: 'seal' }],
      iat: NOW,
    });
    return opened(encrypt({ jws, from: 'kz-knb', recipient: world.by.encryption.certificate }));
  };

  it('is stated to the peer with the last messages that the backup knows, and answered in kind', () => {
    expect(travels(stated())).toMatchObject({
      ok: true,
      typ: 'valise-epoch+jws',
      content: { ep: 2, sent: place },
    });
    expect(travels(stated({ ep: 1, re: 'A'.repeat(43) }))).toMatchObject({ ok: true });
  });

  it('is the word of the sender’s seal, to the one it is for', () => {
    expect(travels(stated(), 'am')).toMatchObject({ code: 'ENVELOPE_BINDING' });
    expect(travels(stated({ to: 'am-nss' }))).toMatchObject({ code: 'ENVELOPE_BINDING' });
  });

  it('is new: it comes after the one that it ends', () => {
    expect(() => travels(stated({ ep: 1 }))).toThrow('epoch');
  });
});
