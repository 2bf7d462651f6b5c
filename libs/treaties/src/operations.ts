import type { AgreementKind, MessageType, OfficerRole, Pairing, RefusalGround, Seal } from './vocabulary.js';
import type { Text } from './text.js';

export type Basis = 'explicit' | 'inferred';

/** One provision of an instrument as a decision cites it: `INSTRUMENT#ARTICLE.PARAGRAPH.LETTER` with what it tells the officer. */
export interface Provision {
  readonly cite: string;
  /** explicit: the text says it in so many words; inferred: the cautious reading where the text is silent. */
  readonly basis: Basis;
  readonly text: Text;
}

export interface SignatureAlternative {
  readonly by: readonly OfficerRole[];
  /** Any one of these; empty: the article requires no seal. */
  readonly seals: readonly Seal[];
  /** Between whom it is open. */
  readonly between: readonly Pairing[];
  readonly met: Provision;
  readonly unmet: Provision;
}

/** When a message may go by technical channel as the written document that it is. */
export interface ElectronicForm {
  /** `electronic-form`: only an arrangement that makes the signed electronic document the written form. */
  readonly needs: 'arrangement' | 'electronic-form';
  /** An agreement of the register of this kind, which the message names, stands in for the arrangement. */
  readonly otherTreaty: AgreementKind | null;
  readonly met: Provision;
  /** Off the bus: that it is to be in writing, and when technical means will do. */
  readonly unmet: readonly Provision[];
}

export interface UrgentForm {
  readonly needs: 'nothing' | 'arrangement';
  /** The text lets it be told orally too: off the bus it may go unsigned, and is confirmed. */
  readonly orally: boolean;
  /** The clause speaks of listed crimes, so that an offence must be named. */
  readonly offenceNamed: boolean;
  /** The forms of cooperation that the clause is for; null: any. */
  readonly forms: readonly string[] | null;
  /** Told where the ground of the urgency is not stated; null: none need be. */
  readonly ungrounded: Provision | null;
  readonly confirmHours: number;
  readonly met: Provision;
}

/**
 * The closed set of operations that provisions are made of. An instrument states them as data beside their
 * citations; libs/policy interprets them, and the compiler shows it every operation that it does not know.
 */
export type Operation =
  /** The instrument allows messages of these types; a type that nothing allows is denied. */
  | {
      readonly op: 'allow';
      readonly on: Types;
      readonly by: readonly Provision[];
      /** Cited instead where an organ sends and the text speaks of authorities alone. */
      readonly byOrgan?: readonly Provision[];
      /** The same where an organ is on either side. */
      readonly withOrgan?: readonly Provision[];
    }
  /** Lawful, but the officer must know what speaks against it. */
  | { readonly op: 'caution'; readonly on: Types; readonly warning: Provision }
  /** The instrument gives no ground for messages of these types. */
  | { readonly op: 'forbid'; readonly on: Types; readonly unmet: Provision }
  /** Sender and receiver are on the Parties' lists that day. */
  | {
      readonly op: 'listed';
      readonly on: Types;
      readonly who: 'both' | 'sender';
      readonly met: Provision;
      readonly unmet: Provision;
      /** Cited instead where one of the two is an organ and the text speaks of authorities alone. */
      readonly organ?: { readonly met: Provision; readonly unmet: Provision };
    }
  /** Organs of the organisation take part beside the Parties' authorities: cited where one of the two is an organ. */
  | { readonly op: 'organs'; readonly on: Types; readonly met: Provision }
  /** What the instrument says of the way that a message goes. */
  | {
      readonly op: 'way';
      readonly on: Types;
      readonly bus: readonly Provision[];
      readonly offBus: readonly Provision[];
    }
  /** Cooperation is between Parties: what opens an exchange goes to another state, or between a state and an organ. */
  | { readonly op: 'between-parties'; readonly on: Types; readonly unmet: Provision }
  | {
      readonly op: 'form';
      readonly on: Types;
      readonly known: readonly string[];
      readonly met: readonly FormProvision[];
      readonly unmet: Provision;
    }
  | {
      readonly op: 'offence';
      readonly on: Types;
      readonly known: readonly string[];
      readonly unmet: Provision;
      /** The forms of cooperation for which an offence must be named; null: none. */
      readonly wanted: { readonly forms: readonly string[]; readonly missing: Provision } | null;
    }
  | {
      readonly op: 'nexus';
      readonly on: Types;
      readonly forms: readonly string[];
      readonly met: Provision;
      readonly unmet: Provision;
    }
  /** Procedural actions are asked for only under an agreement of the register of this kind, which the message names. */
  | {
      readonly op: 'procedural';
      readonly on: Types;
      readonly agreement: AgreementKind;
      readonly met: Provision;
      readonly unmet: Provision;
      /** Forms under which other measures are asked for: without an agreement named they are told to look twice. */
      readonly otherwise: { readonly forms: readonly string[]; readonly warning: Provision };
    }
  /** The main text is in one of these languages, or the content is no language (`zxx`). */
  | {
      readonly op: 'language';
      readonly on: Types;
      readonly languages: readonly string[];
      readonly met: Provision;
      readonly unmet: Provision;
    }
  | { readonly op: 'content'; readonly on: Types; readonly code: string; readonly unmet: Provision }
  | {
      readonly op: 'contents-known';
      readonly on: Types;
      readonly known: readonly string[];
      readonly unmet: Provision;
    }
  /** The message states its grounds (why of interest, criteria, reason). */
  | ({ readonly op: 'grounds'; readonly on: Types } & Verdict)
  | {
      readonly op: 'written-form';
      readonly on: Types;
      readonly signature: readonly SignatureAlternative[];
      readonly electronic: ElectronicForm;
      /** Of the confirmation, where the text speaks of the request alone. */
      readonly confirmation?: ElectronicForm;
      readonly urgent: UrgentForm;
    }
  | { readonly op: 'electronic-form'; readonly on: Types; readonly electronic: ElectronicForm }
  /** On the bus the message carries the seal of its sender: the authority's or, where a listed unit sends, the unit's own. */
  | { readonly op: 'seal'; readonly on: Types; readonly unmet: Provision }
  /** Unconfirmed this long after an urgent request was sent: lawful to answer, and the officer must know. */
  | { readonly op: 'unconfirmed'; readonly on: Types; readonly hours: number; readonly warning: Provision }
  /** The duty that receipt starts: whole calendar days in the requested authority's time zone. */
  | {
      readonly op: 'deadline';
      readonly on: Types;
      readonly duty: 'execute' | 'answer';
      readonly days: number;
      readonly rule: Provision;
    }
  | {
      readonly op: 'refusal-grounds';
      readonly on: Types;
      readonly grounds: readonly RefusalGround[];
      readonly met: Provision;
      readonly warning: Provision;
      /** In place of these where an organ refuses; null: no organ takes part. */
      readonly organ: {
        readonly grounds: readonly RefusalGround[];
        readonly met: Provision;
        readonly warning: Provision;
      } | null;
      /** Where else a ground may come from, and what settles the difference. */
      readonly consultations: readonly Provision[];
    }
  | { readonly op: 'refusal-reasons'; readonly on: Types; readonly met: Provision; readonly unmet: Provision }
  /** A request is passed to a competent body of the same state; the initiator is notified. */
  | {
      readonly op: 'forwarding';
      readonly on: Types;
      readonly unlisted: boolean;
      readonly unlistedOffBus?: Provision;
      readonly unmet: Provision;
    }
  | ({ readonly op: 'in-case'; readonly on: Types } & Verdict)
  /** Who of the two may send it, seen from who opened the case. */
  | ({ readonly op: 'sent-by'; readonly on: Types; readonly who: 'initiator' | 'executor' } & Verdict);

/** What is not met is denied, or only told to the officer. */
export type Verdict = { readonly unmet: Provision } | { readonly warning: Provision };

export type Types = readonly MessageType[] | 'all';

/** What a form of cooperation adds to the articles that a permit rests on. */
export interface FormProvision {
  readonly forms: readonly string[];
  readonly met: Provision;
}

/** What the instrument says of state secrets (`secret` and above). */
export type StateSecrets =
  | { readonly regime: 'never'; readonly unmet: readonly Provision[] }
  /** Not governed here: off the bus where any secrecy agreement binds both states, otherwise not at all. */
  | {
      readonly regime: 'other-treaties';
      /** Those that count where a side is an organ, which is no state that an agreement could bind. */
      readonly organAgreements: readonly string[];
      readonly offBus: readonly Provision[];
      readonly unmet: readonly Provision[];
      /** Told where the register shows no clearance of the receiver under any agreement that binds both. */
      readonly uncleared: Provision;
    }
  | {
      readonly regime: 'agreement';
      /** Ids of secrecy agreements that count, or any that binds both states. */
      readonly agreements: readonly string[] | 'any';
      readonly met: readonly Provision[];
      readonly unmet: readonly Provision[];
      /** Where a side is an organ: the agreements that count then, and what is cited besides. */
      readonly organs: {
        readonly agreements: readonly string[];
        readonly met: readonly Provision[];
        readonly unmet: readonly Provision[];
      };
      readonly noChannel: readonly Provision[];
      /** A decision to release, in the concrete case. */
      readonly decision: {
        readonly met: Provision;
        readonly unmet: Provision;
        /** Cited besides for what leaves a national system: from a state to another state or to an organ. */
        readonly national: { readonly met: Provision; readonly unmet: Provision };
      } | null;
    };

/** What the holder of received information is bound by. */
export interface InformationRules {
  /** Up to this level the instrument leaves information free to use and to pass on. */
  readonly free: { readonly upTo: 'open'; readonly met: Provision } | null;
  readonly purpose: {
    readonly written: boolean;
    readonly given: Provision;
    readonly consented: Provision;
    readonly unmet: readonly Provision[];
    /** By what the limits bind that were set with a consent to another purpose. */
    readonly conditions: Provision;
  };
  readonly onward: {
    readonly written: boolean;
    readonly noThirdParty: Provision;
    readonly met: readonly Provision[];
    readonly unmet: readonly Provision[];
    /** By what the limits bind that were set with a consent to pass on. */
    readonly conditions: Provision;
  };
  /** For spontaneous information, or what the requester itself gave, where the text speaks of results alone; null: it makes no difference. */
  readonly spontaneous: Pick<InformationRules, 'purpose' | 'onward' | 'conditions'> | null;
  readonly disclosure: {
    readonly written: boolean;
    readonly met: Provision;
    /** The requester decides whether to disclose its own request, which it knows of already. */
    readonly own: Provision;
    readonly unmet: Provision;
    /** Cited where the requester did not ask for confidentiality; null: it is owed without being asked for. */
    readonly notAsked: Provision | null;
  } | null;
  /** By what the conditions bind under which an item was given. */
  readonly conditions: Provision;
}
