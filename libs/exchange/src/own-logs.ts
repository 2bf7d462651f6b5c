import type { Checkpoint, InternalHead, LogAsk } from '#envelope';
import type { Pair } from './batch.js';
import { type Heads, noteHeads, noteInternalHead, sequenceInternal } from './internal.js';
import { each } from './members.js';
import type { Asking } from './requests.js';
import type { Circumstances } from './settlement.js';
import { noteTold, tellAsked, tellDue, type ToTell } from './telling.js';
import { type Changes, type Facts, View } from './view.js';

/** What is told of our logs, whose pairs are read only. */
export type Speaking =
  | ({ readonly kind: 'due' } & Pair & { readonly evenEmpty: boolean })
  | { readonly kind: 'ask'; readonly ask: LogAsk; readonly asking: Asking }
  /** The broker has it. */
  | { readonly kind: 'told'; readonly checkpoint: Checkpoint };

/** @returns for each member what is to be signed and published. @throws Missing with rows to load; nothing else */
export function settleTelling(
  facts: Facts,
  members: readonly Speaking[],
  circumstances: Circumstances,
): { readonly changes: Changes; readonly toTell: readonly (readonly ToTell[])[] } {
  const { changes, results: toTell } = settleEach<Speaking, readonly ToTell[]>(
    facts,
    members,
    (layer, member) => {
      if (member.kind === 'ask') return tellAsked(layer, circumstances, member.ask, member.asking);
      if (member.kind === 'due')
        return tellDue(layer, circumstances, member.own, member.peer, member.evenEmpty);
      noteTold(layer, circumstances, member.checkpoint);
      return [];
    },
  );
  return { changes, toTell };
}

/** The leader's work on internal logs. */
export type Keeping =
  | { readonly kind: 'sequence'; readonly own: string; readonly keys: readonly string[] }
  | { readonly kind: 'heads'; readonly own: string; readonly heads: Heads }
  /** The head was sealed; the statement's hash. */
  | { readonly kind: 'sealed'; readonly own: string; readonly hash: string };

/** @returns for each member the head to be sealed, if there is one. @throws Missing with rows to load; nothing else */
export function settleInternal(
  facts: Facts,
  members: readonly Keeping[],
  circumstances: Circumstances,
): { readonly changes: Changes; readonly heads: readonly (InternalHead | undefined)[] } {
  const { changes, results: heads } = settleEach<Keeping, InternalHead | undefined>(
    facts,
    members,
    (layer, member) => {
      if (member.kind === 'heads') return noteHeads(layer, circumstances, member.own, member.heads);
      if (member.kind === 'sequence') sequenceInternal(layer, circumstances, member.own, member.keys);
      else noteInternalHead(layer, member.own, member.hash);
      return undefined;
    },
  );
  return { changes, heads };
}

/** What throws here is a fault of our own tables: nobody else's member is to blame, and nothing is written. */
function settleEach<M, R>(
  facts: Facts,
  members: readonly M[],
  settle: (layer: View, member: M) => R,
): { readonly changes: Changes; readonly results: readonly R[] } {
  const view = new View(facts);
  const results = each<M, R>(view, members, settle, (_, __, thrown) => {
    throw thrown;
  });
  return { changes: view.changes(), results };
}
