import { canonicalJson } from '#core';
import type { World } from './attacks.js';
import { plaintextOf } from './crafted.js';
import type { Office } from './offices.js';
import { encode } from '../src/text.js';
import {
  proofReference,
  signStatement,
  type Consent,
  type Jws,
  type ProofReference,
  type Release,
  type Revocation,
} from '../src/index.js';

type Places = Readonly<Record<'kz' | 'by' | 'am', Pick<Office, 'authority'>>>;
const SALTED_HASH = 'A'.repeat(43);

/** Information of am, which kz holds, may go to by. */
export function sampleConsent({ kz, by, am }: Places, over: Partial<Consent> = {}): Consent {
  return {
    id: 'consent-1',
    kind: 'onward-transfer',
    instrument: 'cis-it-crime-2018',
    rule: 'cis-it-crime-2018#10',
    by: am.authority,
    to: kz.authority,
    items: [
      {
        saltedHash: SALTED_HASH,
        level: 'restricted',
        purposes: [
          { instrument: 'cis-it-crime-2018', activity: 'detection', offences: ['3.1.a'], caseId: null },
        ],
        conditions: ['no-court-use'],
      },
    ],
    recipient: by.authority,
    maxLevel: 'restricted',
    coversDerived: false,
    written: true,
    from: '2026-05-01T00:00:00Z',
    until: '2026-12-01T00:00:00Z',
    conditions: [],
    ...over,
  };
}

export function sampleRelease({ kz, by }: Places): Release {
  return {
    id: 'release-1',
    instrument: 'cis-counterterror-2017',
    rule: 'cis-counterterror-2017#4.2',
    by: kz.authority,
    recipient: by.authority,
    items: [{ saltedHash: SALTED_HASH, level: 'open' }],
    law: 'Закон о государственных секретах, статья 1 (пример)',
    at: '2026-05-01T00:00:00Z',
    until: null,
    conditions: [],
  };
}

export function sampleRevocation({ kz, am }: Places): Revocation {
  return {
    id: 'revocation-1',
    of: { typ: 'valise-consent+jws', id: 'consent-1', sha256: SALTED_HASH },
    by: am.authority,
    to: kz.authority,
    reason: 'Основания отпали (пример).',
    at: '2026-05-20T00:00:00Z',
  };
}

type Signers = readonly ('head' | 'deputy' | 'seal')[];
const ROLE = { head: 'head', deputy: 'deputy-head', seal: 'seal' } as const;
const FOUR_EYES: Signers = ['head', 'deputy', 'seal'];

export function signedProof<T extends 'valise-consent+jws' | 'valise-release+jws' | 'valise-revocation+jws'>(
  typ: T,
  content: Parameters<typeof signStatement<T>>[0]['content'],
  office: Office,
  iat: number,
  signers: Signers = FOUR_EYES,
): Jws {
  const holders = signers.map((who) => ({ ...office[who], role: ROLE[who] }));
  return signStatement({ typ, content, signers: holders, iat });
}

/** A consent as it should be, but for what is given over. */
export function consentBy(
  world: World,
  options: { over?: Partial<Consent>; office?: Office; iat?: number; signers?: Signers } = {},
): Jws {
  const { over, office = world.am, iat = world.now, signers } = options;
  return signedProof('valise-consent+jws', sampleConsent(world, over), office, iat, signers);
}

/** The same signatures under another content: what somebody without the keys can make. */
export function altered(proof: Jws, over: object): Jws {
  const content = JSON.parse(Buffer.from(proof.payload, 'base64url').toString()) as object;
  return { ...proof, payload: encode(canonicalJson({ ...content, ...over })) };
}

/** A message of kz to by that names these proofs, or others, and carries them. */
export function carrying(world: World, proofs: readonly Jws[], named?: ProofReference[]): Buffer {
  const references =
    named ??
    proofs.map((proof, index) => {
      const content = JSON.parse(Buffer.from(proof.payload, 'base64url').toString()) as { id?: string };
      return proofReference('valise-consent+jws', content.id ?? `proof-${index}`, proof);
    });
  const { jws } = world.seal(world.kz, world.payload({ proofs: references }));
  return world.pack(jws, { plaintext: plaintextOf(jws, { proofs }) });
}
