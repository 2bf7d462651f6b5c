import type { ErrorCode } from '#core';
import type { Role } from '#trust';
import type { ContractAttack } from './contract-attacks.js';

/** The shape of the files in test/vectors/envelope; docs/protocol/envelope.md describes it. Certificates and lists are base64 of DER. */
export interface Vector {
  readonly name: string;
  readonly description: string;
  /** Which attack of the protocol's list it carries out; null where it is another, or none. */
  readonly attack: ContractAttack | null;
  readonly suite: 'P-256' | 'RSA';
  readonly warning: string;
  /** When it is opened. */
  readonly at: string;
  readonly recipients: readonly { authority: string; certificate: string; key: string }[];
  readonly trust: readonly {
    root: string;
    intermediates: readonly string[];
    crls: readonly string[];
    listed: readonly { authority: string; role: Role; certificate: string }[];
  }[];
  /** One, or several in their order, where it is their sequence that is at fault. */
  readonly deliveries: readonly {
    /** Its bytes: UTF-8 text, or characters with how often each stands there, where they would fill the file. */
    readonly envelope: { text: string } | { runs: readonly (readonly [string, number])[] };
    readonly expect: Expectation | { readonly each: readonly Expectation[] };
    /** What a receiver that has taken those before makes of it; only where there are several. */
    readonly receiver?: string;
  }[];
}

export type Expectation =
  | { readonly code: ErrorCode; readonly authenticated: boolean }
  | {
      readonly kind: 'message';
      readonly D: string;
      readonly payload: unknown;
      readonly proofs: readonly unknown[];
    }
  | { readonly kind: 'statement'; readonly typ: string; readonly content: unknown };
