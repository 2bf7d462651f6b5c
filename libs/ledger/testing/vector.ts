import { unixSeconds } from '#core';
import { resolveFrom, type Resolve } from '#envelope';
import { parseCertificate, parseCrl, type Role } from '#trust';
import {
  emptyMirror,
  parseReceipt,
  parseTelling,
  verifyCheckpoint,
  verifyReceipt,
  type Numbers,
  type SentMessage,
} from '../src/index.js';
import { Mirrored } from './mirrored.js';

/** The shape of the files in test/vectors/ledger. Certificates are base64 of DER; receipts and tellings are the text that is read. */
interface Common {
  readonly name: string;
  readonly description: string;
  /** When it is read. */
  readonly at: string;
  readonly trust: readonly {
    root: string;
    intermediates: readonly string[];
    crls: readonly string[];
    listed: readonly { authority: string; role: Role; certificate: string }[];
  }[];
}

export interface ReceiptVector extends Common {
  readonly of: 'receipt';
  readonly receipt: string;
  /** The message of ours that the receipt should be for; null where there is none. */
  readonly message: SentMessage | null;
  readonly expect:
    | { readonly code: string }
    | {
        readonly content: unknown;
        readonly index: number;
        readonly size: number;
        /** Unix seconds. */
        readonly effectiveAt: number;
      };
}

export interface MirrorVector extends Common {
  readonly of: 'mirror';
  /** Whose mirror, of whose log, of which epoch: empty at first. */
  readonly mirror: { readonly own: string; readonly peer: string; readonly ep: number };
  readonly numbers: Numbers;
  readonly deliveries: readonly {
    readonly telling: string;
    /** What it does to the mirror, or the code with which it is refused before; and the mirror's size after it. */
    readonly expect: { readonly is: string; readonly code?: string; readonly size: number };
  }[];
}

export type LedgerVector = ReceiptVector | MirrorVector;

export function resolverOf({ trust, at }: Common): Resolve {
  const certificate = (base64: string) => parseCertificate(Buffer.from(base64, 'base64'));
  const lists = trust.map(({ root, intermediates, crls, listed }) => ({
    root: certificate(root),
    intermediates: intermediates.map(certificate),
    crls: crls.map((der) => parseCrl(Buffer.from(der, 'base64'))),
    listed: listed.map((one) => ({ ...one, certificate: certificate(one.certificate) })),
  }));
  return resolveFrom(lists, new Date(at));
}

export function receiptOutcome(vector: Omit<ReceiptVector, 'expect'>): ReceiptVector['expect'] {
  const parsed = parseReceipt(Buffer.from(vector.receipt));
  if (!parsed.ok) return { code: parsed.code };
  const about = { message: vector.message ?? undefined, now: unixSeconds(vector.at) };
  const verified = verifyReceipt(parsed.value, { resolve: resolverOf(vector) }, about);
  if (!verified.ok) return { code: verified.code };
  const { content, index, checkpoint, effectiveAt = 0 } = verified;
  return { content, index, size: checkpoint.size, effectiveAt };
}

type MirrorOutcomes = MirrorVector['deliveries'][number]['expect'][];

export function mirrorOutcomes(
  vector: Common & Pick<MirrorVector, 'mirror' | 'numbers'>,
  tellings: readonly string[],
): MirrorOutcomes {
  const mirrored = new Mirrored(vector.numbers, emptyMirror(vector.mirror));
  const resolve = resolverOf(vector);
  return tellings.map((telling) => {
    const outcome = taken(mirrored, telling, resolve);
    return { ...outcome, size: mirrored.mirror.edge.size };
  });
}

function taken(mirrored: Mirrored, telling: string, resolve: Resolve): { is: string; code?: string } {
  const parsed = parseTelling(Buffer.from(telling));
  if (!parsed.ok) return { is: 'refused', code: parsed.code };
  const verified = verifyCheckpoint(parsed.checkpoint, { resolve });
  if (!verified.ok) return { is: 'refused', code: verified.code };
  const outcome = mirrored.take({ checkpoint: verified.content, entries: parsed.entries });
  return 'code' in outcome ? { is: outcome.is, code: outcome.code } : { is: outcome.is };
}
