import type { InformationRules, Operation, Provision, StateSecrets, Types } from './operations.js';
import type { Text } from './text.js';

/** How and when an instrument binds a state (MATRIX section 1). */
export interface Binding {
  readonly openTo: readonly string[];
  /** Entry into force: this many days after the notification with this number is received; later ones, after their own. */
  readonly entry: { readonly notifications: number; readonly days: number; readonly rule: Provision };
  readonly accession: { readonly days: number; readonly rule: Provision } | null;
  readonly withdrawal: {
    readonly months: number;
    readonly stateNamesDate: boolean;
    readonly rule: Provision;
  };
  /** The instrument whose own end is the end of this one. */
  readonly lastsAsLongAs: { readonly instrument: string; readonly rule: Provision } | null;
  /** Between parties to both, this instrument is replaced by that one. */
  readonly replacedBy: { readonly instrument: string; readonly rule: Provision } | null;
}

export interface Instrument {
  readonly id: string;
  readonly title: Text;
  readonly done: { readonly place: string; readonly on: string } | null;
  /** The days on which this version of the text is the law, the last one included. A superseded version stays, with its dates. */
  readonly version: { readonly from: string; readonly until: string | null };
  readonly organisation: 'CIS' | 'CSTO';
  readonly depositary: string;
  readonly authentic: readonly string[];
  readonly binding: Binding;
  /** Organs of the organisation take part in exchange beside states. */
  readonly organs: boolean;
  readonly codes: Codes;
  /** What it says of exchange; null where the register must know it and it has no rules of its own here. */
  readonly exchange: Exchange | null;
  /** Articles that no rule of ours states, each with the reason; every other article has at least one provision. */
  readonly undecided: readonly { readonly article: string; readonly reason: Text }[];
}

export interface Exchange {
  readonly operations: readonly Operation[];
  readonly stateSecrets: StateSecrets;
  readonly information: InformationRules;
  /** What may still be sent between two who were bound together, of whom one is no longer: it concerns what was given. */
  readonly continuing: { readonly on: Types; readonly rule: Provision };
}

/** Codes by the instrument's own numbering, or MATRIX section 9 where the text does not number. */
export interface Codes {
  readonly forms: Readonly<Record<string, Text>>;
  readonly offences: Readonly<Record<string, Text>>;
  readonly contents: Readonly<Record<string, { readonly mandatory: boolean; readonly text: Text }>>;
}

export const NO_CODES: Codes = { forms: {}, offences: {}, contents: {} };
