import type { ErrorCode } from '#core';
import type { ContractAttack } from './contract-attacks.js';
import { asBytes, craftEnvelope, headerOf, plaintextOf, signedAgain, type CraftedParts } from './crafted.js';
import { sealBy, type Office, type Offices, type Place, type Sealed } from './offices.js';
import { signStatement, type Jws, type Payload } from '../src/index.js';

/** Whose keys, which moment and which place in the sequence an attack is made for; the attack itself is the same everywhere. */
export interface Setting {
  /** Unix seconds. */
  readonly now: number;
  /** Where the next message of kz to by stands. */
  readonly place?: Place;
  /** A good message of kz to by. */
  readonly payload: (over?: Partial<Payload>) => Payload;
}

export interface World extends Setting, Offices {
  readonly seal: (
    office: Office,
    payload: Payload | Buffer,
    officers?: readonly ('head' | 'deputy')[],
    iat?: number,
  ) => Sealed;
  /** A good message, signed by the head. */
  readonly sealed: Sealed;
  /** An envelope from kz to by with this inside. */
  readonly pack: (jws: unknown, over?: Partial<CraftedParts>) => Buffer;
}

export interface AttackDetails {
  readonly covers?: ContractAttack;
  /** The seal verifies and commits to all of it: the refusal names its sender, is answered and counted. */
  readonly authenticated?: true;
  /** What only one suite has. */
  readonly only?: 'P-256';
  /** Also worth a vector with RSA keys. */
  readonly rsaToo?: true;
}

export type Attack<W = World> = [
  attack: string,
  code: ErrorCode,
  make: (world: W) => Buffer,
  details?: AttackDetails,
];

export function worldOf<O extends Offices>(offices: O, setting: Setting): O & World {
  const seal: World['seal'] = (office, payload, officers, iat = setting.now) =>
    sealBy(office, payload, officers, iat, setting.place);
  return {
    ...offices,
    ...setting,
    seal,
    sealed: seal(offices.kz, setting.payload()),
    pack: (jws, over = {}) => asBytes(crafted(offices, jws, over)),
  };
}

export function crafted(
  { kz, by }: Offices,
  jws: unknown,
  over: Partial<CraftedParts> = {},
): ReturnType<typeof craftEnvelope> {
  return craftEnvelope({
    plaintext: plaintextOf(jws),
    from: kz.authority,
    recipient: by.encryption.certificate,
    ...over,
  });
}

export function spoilt(jws: Jws, index: number, over: object): Jws {
  return {
    ...jws,
    signatures: jws.signatures.map((entry, at) => (at === index ? { ...entry, ...over } : entry)),
  };
}

export function sealOver(members: Record<string, unknown>): Attack[2] {
  return ({ sealed: { jws }, kz, pack }) =>
    pack(signedAgain(jws, 1, { ...headerOf(jws.signatures[1]), ...members }, kz.seal.key));
}

/** Bytes instead of a payload, sealed by an insider's gateway without our checks. */
export function payloadText(text: (payload: World['payload']) => string): Attack[2] {
  return ({ kz, pack, seal, payload }) => pack(seal(kz, Buffer.from(text(payload))).jws);
}

export function payloadOver(over: (world: World) => Partial<Payload>): Attack[2] {
  return (world) => world.pack(world.seal(world.kz, world.payload(over(world))).jws);
}

export function envelopeOver(change: (envelope: ReturnType<typeof craftEnvelope>) => unknown): Attack[2] {
  return (w) => asBytes(change(crafted(w, w.sealed.jws)));
}

export const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

export function receiptJws({ kz, by, now, payload }: World): Jws {
  return signStatement({
    typ: 'valise-receipt+jws',
    content: {
      id: payload().id,
      D: 'A'.repeat(43),
      by: kz.authority,
      to: by.authority,
      ep: 1,
      n: 1,
      stage: 'stored',
      at: '2026-06-01T00:00:00Z',
      checkpoint: null,
    },
    signers: [{ ...kz.seal, role: 'seal' }],
    iat: now,
  });
}
