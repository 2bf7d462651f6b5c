import type { Checkpoint, InternalHead, LogAsk } from '#envelope';
import type { Pair } from './batch.js';
import type { Delivered } from './endings.js';
import { takeUp } from './holding.js';
import { type Heads, noteHeads, noteInternalHead, sequenceInternal } from './internal.js';
import { each } from './members.js';
import type { Asking } from './requests.js';
import type { Circumstances } from './settlement.js';
import { noteTold, tellAsked, tellDue, type ToTell } from './telling.js';
import { type Changes, type Facts, View } from './view.js';

/** What is told of our logs, whose pairs are read only. An ask that cannot be stops telling: that is a column of the mirror's row. */
export type Speaking =
  | ({ readonly kind: 'due' } & Pair & { readonly evenEmpty: boolean })
  | {
      readonly kind: 'ask';
      readonly ask: LogAsk;
      readonly asking: Asking;
      /** As the bus brought it: one that was held, because its signer was not known, is held no more. */
      readonly delivered?: Delivered;
    }
  /** The broker has it. */
  | { readonly kind: 'told'; readonly checkpoint: Checkpoint };

/** A member that threw and left nothing: a fault of ours, for who runs the node to see. */
export interface Fault {
  /** Its index in the batch. */
  readonly member: number;
  readonly error: unknown;
}

/**
 * @returns for each member what is to be signed and published, nothing of one that is at fault
 * @throws Missing with rows to load; nothing else
 */
export function settleTelling(
  facts: Facts,
  members: readonly Speaking[],
  circumstances: Circumstances,
): {
  readonly changes: Changes;
  readonly toTell: readonly (readonly ToTell[])[];
  readonly faults: readonly Fault[];
} {
  const {
    changes,
    faults,
    results: toTell,
  } = settleEach<Speaking, readonly ToTell[]>(
    facts,
    members,
    (layer, member) => {
      takeUpAsk(layer, member);
      if (member.kind === 'ask') return tellAsked(layer, circumstances, member.ask, member.asking);
      if (member.kind === 'due')
        return tellDue(layer, circumstances, member.own, member.peer, member.evenEmpty);
      noteTold(layer, circumstances, member.checkpoint);
      return [];
    },
    (layer, member) => {
      takeUpAsk(layer, member);
      return [];
    },
  );
  return { changes, toTell, faults };
}

function takeUpAsk(view: View, member: Speaking): void {
  if (member.kind === 'ask' && member.delivered) takeUp(view, member.delivered);
}

/** The leader's work on internal logs. */
export type Keeping =
  | { readonly kind: 'sequence'; readonly own: string; readonly keys: readonly string[] }
  | { readonly kind: 'heads'; readonly own: string; readonly heads: Heads }
  /** The head was sealed; the statement's hash. */
  | { readonly kind: 'sealed'; readonly own: string; readonly hash: string };

/**
 * @returns for each member the head to be sealed, if there is one and the member is not at fault
 * @throws Missing with rows to load; nothing else
 */
export function settleInternal(
  facts: Facts,
  members: readonly Keeping[],
  circumstances: Circumstances,
): {
  readonly changes: Changes;
  readonly heads: readonly (InternalHead | undefined)[];
  readonly faults: readonly Fault[];
} {
  const {
    changes,
    faults,
    results: heads,
  } = settleEach<Keeping, InternalHead | undefined>(
    facts,
    members,
    (layer, member) => {
      if (member.kind === 'heads') return noteHeads(layer, circumstances, member.own, member.heads);
      if (member.kind === 'sequence') sequenceInternal(layer, circumstances, member.own, member.keys);
      else noteInternalHead(layer, member.own, member.hash);
      return undefined;
    },
    () => undefined,
  );
  return { changes, heads, faults };
}

/** What throws here is a fault of our own tables, of one log: it must not silence all others, nor be silent itself. */
function settleEach<M, R>(
  facts: Facts,
  members: readonly M[],
  settle: (layer: View, member: M) => R,
  failed: (layer: View, member: M) => R,
): { readonly changes: Changes; readonly results: readonly R[]; readonly faults: readonly Fault[] } {
  const view = new View(facts);
  const faults: Fault[] = [];
  const results = each<readonly [number, M], R>(
    view,
    [...members.entries()],
    (layer, [, member]) => settle(layer, member),
    (layer, [index, member], error) => {
      faults.push({ member: index, error });
      return failed(layer, member);
    },
  );
  return { changes: view.changes(), results, faults };
}
