import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { type Json, messageOf, ValiseError } from '#core';
import { type Changes, keyOf, type Left, type MessageRow, type Outgoing } from '#exchange';
import { inHalves } from '../rows/halving.js';
import { arraysOf, type Statement, unnested } from '../rows/keyed.js';
import type { Ask } from '../rows/settling.js';
import type { ListedMessage } from '../rows/listing.js';
import { Gathering, type Outcome } from '../settling/gathering.js';
import { Settling } from '../settling/settling.js';
import { type Claim, claim, type Claimed, nameOf, settleClaims } from './claims.js';
import { Publishing, type Sealable } from './publishing.js';

const BATCH_MAX = 128;
const BATCH_BYTES_MAX = 1024 * 1024;
/** Batches that are being published; past that the broker is slow, and the relay publishes when it can. */
const PUBLISHING_MAX = 8;

/** A message that one caller sends. */
export interface Send<Answer = unknown> {
  readonly outgoing: Outgoing;
  readonly claim: Claim | undefined;
  /** Of the draft that it was, which goes with it; as it was read. */
  readonly draft: { readonly own: string; readonly id: string } | undefined;
  readonly view: (row: ListedMessage) => Answer;
}

const DRAFTS = [
  { name: 'own', type: 'text' },
  { name: 'id', type: 'uuid' },
] as const;
const LOCK_DRAFTS = `SELECT t.own, t.id FROM ${unnested(DRAFTS)} AS v (own, id)
  JOIN draft t ON t.own = v.own AND t.id = v.id WHERE t.status = 'awaiting-signature' ORDER BY t.own, t.id FOR UPDATE OF t`;
const REMOVE_DRAFTS = `DELETE FROM draft t USING ${unnested(DRAFTS)} AS v (own, id) WHERE t.own = v.own AND t.id = v.id`;

/**
 * The way out, up to the commit and past it: sends that come while a transaction runs share the next one, and the process that
 * committed seals and publishes them from memory.
 */
@Injectable()
export class Sending implements OnApplicationShutdown {
  private readonly logger = new Logger('Sending');
  private readonly gathering = new Gathering<Send, unknown>((sends) => this.run(sends), {
    countMax: BATCH_MAX,
    bytesMax: BATCH_BYTES_MAX,
    bytesOf: ({ outgoing }) => outgoing.payloadBytes.length,
  });
  private readonly publications = new Set<Promise<void>>();

  constructor(
    private readonly settling: Settling,
    private readonly publishing: Publishing,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.publications);
  }

  /** @throws ValiseError POLICY_DENIED, CASE_TRANSITION, ENVELOPE_EXPIRED, CONFLICT, IDEMPOTENCY_MISMATCH; nothing is kept then */
  send<Answer>(send: Send<Answer>): Promise<Answer> {
    return this.gathering.add(send) as Promise<Answer>;
  }

  private run(sends: readonly Send[]): Promise<readonly Outcome<unknown>[]> {
    return inHalves(
      sends,
      (some) => this.settle(some),
      (_, error) => Promise.resolve<Outcome<unknown>>({ error }),
    );
  }

  /** One transaction: keys and drafts are claimed, then messages settled, then answers kept and drafts removed. */
  private async settle(sends: readonly Send[]): Promise<Outcome<unknown>[]> {
    const first = firstOfEach(sends);
    let ready: readonly Send[] = first;
    let claimed: readonly Send[] = [];
    const outcomes = new Map<Send, Outcome<unknown>>();
    const members = () => ready.map(({ outgoing }) => ({ kind: 'message', outgoing }) as const);
    const { changes, left } = await this.settling.out(members, {
      before: async (ask) => {
        outcomes.clear();
        const keys = await claim(
          ask,
          first.map((send) => send.claim),
        );
        claimed = first.filter((send) => keys.isOurs(send.claim));
        for (const send of first) if (!claimed.includes(send)) outcomes.set(send, answeredBefore(send, keys));
        const drafts = await lockDrafts(ask, claimed);
        ready = claimed.filter(({ draft }) => !draft || drafts.has(`${draft.own} ${draft.id}`));
        for (const send of claimed) if (!ready.includes(send)) outcomes.set(send, lostDraft(send));
      },
      after: ({ left: settled }) => {
        for (const [index, send] of ready.entries()) outcomes.set(send, outcomeOf(send, settled[index]));
        const answers = claimed.map((send) => ({ claim: send.claim, answer: answerIn(outcomes.get(send)) }));
        return [...settleClaims(answers), ...removed(ready, settled)];
      },
    });
    this.publish(changes, left);
    return sends.map((send) => outcomes.get(send) ?? 'again');
  }

  private publish(changes: Changes, left: readonly Left[]): void {
    if (this.publications.size >= PUBLISHING_MAX) return;
    const sealable = left.flatMap((one): Sealable[] => {
      if (!one.ok || !('message' in one)) return [];
      const { own, peer, ep, n } = one.message;
      const content = changes.content?.get(keyOf.message(own, peer, 'out', ep, n));
      return content ? [{ message: one.message, content }] : [];
    });
    // One settlement decides on one register.
    const [state] = changes.state?.values() ?? [];
    if (sealable.length === 0 || !state) return;
    const publication = this.publishing
      .messages(sealable, state.registerMark)
      .catch((thrown: unknown) => {
        this.logger.warn(`left to the relay: ${messageOf(thrown)}`);
      })
      .finally(() => this.publications.delete(publication));
    this.publications.add(publication);
  }
}

/** Of several with one key, or of one draft, the first; the others wait for what becomes of it. */
function firstOfEach(sends: readonly Send[]): Send[] {
  const seen = new Set<string>();
  return sends.filter(({ claim: one, draft }) => {
    const names = [
      ...(one ? [`key ${nameOf(one)}`] : []),
      ...(draft ? [`draft ${draft.own} ${draft.id}`] : []),
    ];
    if (names.some((name) => seen.has(name))) return false;
    for (const name of names) seen.add(name);
    return true;
  });
}

async function lockDrafts(ask: Ask, sends: readonly Send[]): Promise<ReadonlySet<string>> {
  const drafts = sends.flatMap(({ draft }) => (draft ? [[draft.own, draft.id]] : []));
  if (drafts.length === 0) return new Set();
  const { rows } = await ask({ name: 'drafts lock', text: LOCK_DRAFTS, values: arraysOf(DRAFTS, drafts) });
  return new Set(rows.map(({ own, id }) => `${String(own)} ${String(id)}`));
}

function answeredBefore({ claim: one }: Send, claimed: Claimed): Outcome<unknown> {
  try {
    return one ? { result: claimed.answerTo(one) } : 'again';
  } catch (error) {
    return { error };
  }
}

function lostDraft({ draft }: Send): Outcome<unknown> {
  const detail = `the message ${draft?.id ?? ''} was sent or discarded meanwhile`;
  return { error: new ValiseError('CONFLICT', detail, { path: 'id' }) };
}

function outcomeOf({ view }: Send, left: Left | undefined): Outcome<unknown> {
  if (left && !left.ok) return { error: left.error };
  if (!left || !('message' in left)) return { error: new Error('a message was settled as something else') };
  return { result: view(listed(left.message)) };
}

function answerIn(outcome: Outcome<unknown> | undefined): Json | undefined {
  return outcome instanceof Object && 'result' in outcome ? (outcome.result as Json) : undefined;
}

function removed(sends: readonly Send[], left: readonly Left[]): Statement[] {
  const gone = sends.flatMap(({ draft }, index) => (draft && left[index]?.ok ? [[draft.own, draft.id]] : []));
  return gone.length === 0
    ? []
    : [{ name: 'drafts remove', text: REMOVE_DRAFTS, values: arraysOf(DRAFTS, gone), rows: gone.length }];
}

/** A message that was numbered just now, as lists show it. */
function listed(message: MessageRow): ListedMessage {
  const { own, peer, id, caseId, type, instrument, level, D, ep, n, createdAt, sentAt, expiresAt } = message;
  return {
    ...{ direction: 'out', id, sender: own, recipient: peer, caseId, type, instrument, level },
    ...{ status: 'queued', d: D, ep, n },
    createdAt: new Date(createdAt),
    sentAt: new Date(sentAt),
    storedAt: null,
    acceptedAt: null,
    expiresAt: new Date(expiresAt),
    rejection: null,
  };
}
