import type { ErrorCode } from '#core';
import { asBytes, craftEnvelope, headerOf, plaintextOf, signedAgain, type CraftedParts } from './crafted.js';
import { NOW, samplePayload, sealBy, type Offices, type Sealed } from './offices.js';
import { signStatement, type Jws, type Payload } from '../src/index.js';

export interface World extends Offices {
  readonly sealed: Sealed;
  /** An envelope from kz to by with this inside. */
  readonly pack: (jws: unknown, over?: Partial<CraftedParts>) => Buffer;
}

export type Attack = [attack: string, code: ErrorCode, make: (world: World) => Buffer];

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
export function payloadText(text: string): Attack[2] {
  return ({ kz, pack }) => pack(sealBy(kz, Buffer.from(text)).jws);
}

export function payloadOver(over: Partial<Payload>): Attack[2] {
  return ({ kz, pack }) => pack(sealBy(kz, samplePayload(over)).jws);
}

export function envelopeOver(change: (envelope: ReturnType<typeof craftEnvelope>) => unknown): Attack[2] {
  return (w) => asBytes(change(crafted(w, w.sealed.jws)));
}

export const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

export function receiptJws(kz: Offices['kz']): Jws {
  return signStatement({
    typ: 'valise-receipt+jws',
    content: {
      id: samplePayload().id,
      D: 'A'.repeat(43),
      by: 'kz-knb',
      to: 'by-mvd',
      ep: 1,
      n: 1,
      stage: 'stored',
      at: '2026-06-01T00:00:00Z',
      checkpoint: null,
    },
    signers: [{ ...kz.seal, role: 'seal' }],
    iat: NOW,
  });
}
