import type { CaseState, MessageEvent } from '#cases';
import type { ErrorCode, Instant } from '#core';
import type { AttachmentEntry, Jws, JwsSignature } from '#envelope';
import type { Edge, ForkProof, Received } from '#ledger';
import type { Obligation, Outcome } from '#policy';

export type Direction = 'in' | 'out';

/** A run of numbers that were skipped: lost on the bus, or still on their way. Bounds are inclusive. */
export interface GapRange {
  readonly ep: number;
  readonly from: number;
  readonly to: number;
  /** Unix milliseconds. */
  readonly notedAt: number;
  readonly askedAt: number | null;
  readonly asks: number;
}

/** A message that is stored and not judged, for one before it is missing. */
export interface WaitingPlace {
  readonly ep: number;
  readonly n: number;
  readonly bytes: number;
}

/**
 * Everything between an authority of ours and one of theirs that must change in one order; its row's lock is that order.
 * Both sequences, what is missing of theirs, what waits behind that, and the head of the log that we keep for them.
 */
export interface PairRow {
  readonly own: string;
  readonly peer: string;
  readonly outEp: number;
  readonly outN: number;
  readonly outD: string | null;
  /** Numbers of ours in all epochs, as far as we know. */
  readonly outTotal: number;
  readonly inEp: number;
  /** The last number that was seen in order or noted as the end of a gap. */
  readonly inN: number;
  readonly inD: string | null;
  /** Numbers of theirs in all epochs, the missing ones included. */
  readonly inTotal: number;
  /** In ascending order, never overlapping. */
  readonly gaps: readonly GapRange[];
  /** In ascending order. */
  readonly waiting: readonly WaitingPlace[];
  /** The edge of the log that we keep for them, of the epoch `outEp`. */
  readonly log: Edge;
  /** The log's size after its last receipt: what is told at once. */
  readonly receiptedTo: number;
  readonly duplicates: number;
}

export interface DecisionRow {
  readonly outcome: Outcome;
  /** Rules that were found, in their order; their texts come from the law when somebody looks. */
  readonly rules: readonly { readonly rule: string; readonly effect: string }[];
  readonly obligations: readonly Obligation[];
}

/** A numbered message. Written once, never changed. */
export interface MessageRow {
  readonly own: string;
  readonly peer: string;
  readonly direction: Direction;
  readonly ep: number;
  readonly n: number;
  readonly id: string;
  readonly caseId: string;
  readonly type: string;
  readonly instrument: string;
  readonly level: string;
  readonly D: string;
  readonly prev: string | null;
  /** Of the payload. */
  readonly bytes: number;
  /** What it does to its case; null where its body could not be read. */
  readonly event: Omit<MessageEvent, 'obligations' | 'receivedAt'> | null;
  /** As it was numbered; null of one that had to wait. */
  readonly decision: DecisionRow | null;
  readonly createdBy: string | null;
  /** Unix milliseconds, like every other number that is called `…At`. */
  readonly createdAt: number;
  readonly sentAt: number;
  readonly expiresAt: number;
  readonly attachments: readonly AttachmentEntry[];
}

/** The bytes of a message, apart from what is looked at all the time. */
export interface ContentRow {
  readonly payload: Buffer;
  readonly officers: readonly JwsSignature[];
  readonly sealProtected: string;
  /** Null until the seal has signed one of ours. */
  readonly sealSignature: string | null;
}

export const STATUSES = [
  'queued',
  'sent',
  'stored',
  'waiting',
  'pulling',
  'accepted',
  'rejected',
  'void',
] as const;
/** Out: `queued` → `sent` (the broker has it) → `stored` → `accepted` | `rejected`; or `void`. In: `waiting` (behind a gap) → `pulling` (attachments) → `accepted` | `rejected`. */
export type Status = (typeof STATUSES)[number];

export interface Rejection {
  readonly code: string;
  readonly rule?: string;
  readonly detail: string;
}

/** What changes of a message, in a narrow row. */
export interface StateRow {
  readonly status: Status;
  /** When the recipient had it. */
  readonly storedAt: number | null;
  readonly acceptedAt: number | null;
  /** When one of theirs took its effect on its case; later than stored where it had waited. Null of ours. */
  readonly judgedAt: number | null;
  readonly rejection: Rejection | null;
  /** Of one that was judged after it had waited, or judged again. */
  readonly decision: DecisionRow | null;
  /** The books on which it was last decided. */
  readonly registerMark: string;
}

/** Every authenticated message that ever came under an identifier, also rejected and conflicting ones. */
export interface ArrivalRow {
  readonly seen: readonly {
    readonly D: string;
    readonly ep: number;
    readonly n: number;
    /** Where its first receipt is: the epoch of our log, and the leaf's index. */
    readonly log: number;
    readonly leaf: number;
  }[];
}

export interface CaseRow {
  readonly own: string;
  readonly id: string;
  readonly counterpart: string;
  readonly instrument: string;
  readonly state: CaseState;
  readonly openedAt: number;
  readonly updatedAt: number;
}

/** A leaf of a log, our own or a mirrored one; salt and text are gone once it was erased. */
export interface LeafRow {
  readonly hash: Buffer;
  readonly salt: Buffer | null;
  /** Canonical JSON. */
  readonly text: string | null;
}

/** The root of a complete subtree of 256^level leaves. */
export interface NodeRow {
  readonly hash: Buffer;
}

/** What is to be published. A message stays until it is receipted, a statement until the broker has it. */
export type OutboxRow =
  | {
      readonly kind: 'message';
      readonly message: string;
      readonly dueAt: number;
      readonly once: boolean;
      /** How often it was published. */
      readonly asks?: number;
    }
  | {
      readonly kind: 'statement';
      readonly own: string;
      readonly peer: string;
      readonly typ: StatementType;
      readonly content: object;
      readonly dueAt: number;
      /** Of a `valise-log-ask+jws`: the size up to which the log is known to go. It is asked until we have it. */
      readonly until?: number;
      /** How often it was asked. */
      readonly asks?: number;
    };
export type StatementType =
  'valise-void+jws' | 'valise-epoch+jws' | 'valise-resend+jws' | 'valise-log-ask+jws';

export interface AttachmentRow {
  readonly own: string;
  readonly id: string;
  readonly direction: Direction;
  readonly peer: string | null;
  /** Key of its message; null of an upload that no message names. */
  readonly message: string | null;
  readonly status:
    'ready' | 'announced' | 'expected' | 'pulling' | 'verifying' | 'verified' | 'failed' | 'deleted';
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly sha256: string;
  /** base64url. */
  readonly key: string;
  readonly failure: string | null;
  /** Of one of ours: parts below this one were served before. */
  readonly partsServed: number;
}

/** What a peer's attachments take of an authority's disk. */
export interface AttachmentUseRow {
  readonly files: number;
  readonly bytes: number;
}

/** A delivery that is tried again. */
export interface HeldRow {
  readonly node: string;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly D: string | null;
  readonly body: DeliveryBody;
  readonly attempts: number;
  readonly nextAttemptAt: number;
}

/** A delivery that must not have an effect, with its reason. */
export interface QuarantineRow {
  readonly node: string;
  readonly code: ErrorCode;
  readonly rule: string | null;
  readonly detail: string;
  readonly authority: string | null;
  readonly sender: Readonly<Record<string, string | number | null>> | null;
  /** Key of the message, of one that is stored whole; else the delivery is kept. */
  readonly message: string | null;
  readonly body: DeliveryBody | null;
  readonly at: number;
  readonly lastAt: number;
  readonly times: number;
}

export interface DeliveryBody {
  readonly kind: string;
  readonly exchange: string;
  readonly queue: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** What is kept of one sending node, and what of it was counted only. */
export interface NodeUseRow {
  readonly heldRows: number;
  readonly heldBytes: number;
  readonly quarantineRows: number;
  readonly quarantineBytes: number;
  readonly refused: Readonly<Record<string, number>>;
}

/**
 * An epoch of ours, stated until it is answered, and again once the peer turns out to have forgotten it; or one of theirs, with our
 * first answer.
 */
export interface EpochRow {
  readonly hash: string;
  readonly content: object;
  readonly answeredAt: number | null;
  readonly lost: { readonly from: number; readonly to: number } | null;
}

/** Requests of a peer that were answered in the last hours. */
export interface AskedRow {
  readonly lately: readonly {
    readonly kind: 'resend' | 'range' | 'epoch' | 'log';
    readonly hash: string;
    readonly at: number;
    readonly cost: number;
    /** Of the newest ask for the log of an epoch of ours, the only one that is kept: when it was signed. Unix milliseconds. */
    readonly log?: { readonly ep: number; readonly signedAt: number };
  }[];
}

/** Our copy of the log that a peer keeps for us, in one epoch of theirs. */
export interface MirrorRow {
  readonly edge: Edge;
  /** The newest checkpoint that we hold, and its `at`. */
  readonly checkpoint: Jws | null;
  readonly heldAt: Instant | null;
  /** The last number of theirs that the log says was sent to us, and when we read that (Unix milliseconds). */
  readonly sent: { readonly n: number; readonly D: string; readonly readAt: number } | null;
  /** Why nothing more of it is taken, until two administrators have acknowledged it. */
  readonly stopped: 'fork' | 'too-long' | null;
  /** What the peer says that it saw of our own log cannot be: nothing more is told. */
  readonly seenAmiss: 'beyond' | 'unlike' | null;
}

/** What the broker has confirmed of tellings of the log that we keep for a peer, in one epoch of ours. Unix milliseconds. */
export interface ToldRow {
  readonly size: number;
  readonly toldAt: number;
  /** When nothing new was told last. */
  readonly emptyAt: number;
}

/** A log of ours whose epoch ended. */
export interface ClosedLogRow {
  readonly edge: Edge;
}

/** Proof that a peer signed two histories of one log. */
export interface ForkRow {
  readonly proof: ForkProof;
  readonly at: number;
}

/** A message of an ended epoch that its sender's log tells of, and that we do not have: a restore may have lost it. */
export interface OverdueRow {
  readonly own: string;
  readonly peer: string;
  readonly id: string;
  readonly D: string;
  readonly ep: number;
  readonly n: number;
}

/** A receipt that is dated ahead of our clock, and takes effect when our clock is there. */
export interface DeferredRow {
  readonly own: string;
  readonly peer: string;
  readonly received: Received;
  readonly dueAt: number;
}

/** A leaf of an authority's internal log, to be given its index by the leader. */
export interface InternalRow {
  readonly own: string;
  readonly kind: string;
  readonly content: object;
  readonly at: number;
}

/** An authority's internal log. */
export interface InternalLogRow {
  readonly edge: Edge;
  /** When the heads of all its other logs were noted last. */
  readonly headsAt: number | null;
  /** Hash of the newest sealed head. */
  readonly statement: string | null;
}

/** Messages of a case in the order in which they took effect. Loaded, never written: messages make it. */
export interface CaseMessagesRow {
  readonly keys: readonly string[];
}

/** Where a message with this identifier is. Loaded; made with the message. */
export interface IdentifierRow {
  readonly key: string;
}

export interface Tables {
  pair: PairRow;
  message: MessageRow;
  content: ContentRow;
  state: StateRow;
  identifier: IdentifierRow;
  arrival: ArrivalRow;
  case: CaseRow;
  caseMessages: CaseMessagesRow;
  leaf: LeafRow;
  node: NodeRow;
  outbox: OutboxRow;
  attachment: AttachmentRow;
  attachmentUse: AttachmentUseRow;
  held: HeldRow;
  quarantine: QuarantineRow;
  nodeUse: NodeUseRow;
  epoch: EpochRow;
  asked: AskedRow;
  mirror: MirrorRow;
  told: ToldRow;
  closedLog: ClosedLogRow;
  fork: ForkRow;
  deferred: DeferredRow;
  overdue: OverdueRow;
  internal: InternalRow;
  internalLog: InternalLogRow;
}
export type TableName = keyof Tables;
export type Row<T extends TableName> = Tables[T];
