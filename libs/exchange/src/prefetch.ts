import { readContent, readEntry } from '#ledger';
import { type Incoming, type Leaving, pairIn, type Telling } from './batch.js';
import { heldKey } from './holding.js';
import { keyOf } from './keys.js';
import type { Name } from './view.js';

/**
 * What a batch will read for sure, so that it is loaded with a fixed number of queries. What is not foreseen here is
 * missing when it is settled, and loaded then: this is speed, never correctness.
 */
export function wantedIn(members: readonly Incoming[]): Name[] {
  return unique(members.flatMap(wantedOf));
}

export function wantedOut(members: readonly Leaving[]): Name[] {
  return unique(
    members.flatMap((member): Name[] => {
      if (member.kind === 'check')
        return [
          { table: 'message', key: member.key },
          { table: 'state', key: member.key },
        ];
      const { from: own, to: peer, id, case: caseId, attachments } = member.outgoing.payload;
      return [
        { table: 'pair', key: keyOf.pair(own, peer) },
        { table: 'identifier', key: keyOf.identifier(own, peer, 'out', id) },
        { table: 'case', key: keyOf.case(own, caseId) },
        ...attachments.map((one): Name => ({
          table: 'attachment',
          key: keyOf.attachment(own, 'out', one.id),
        })),
      ];
    }),
  );
}

export function wantedLog(members: readonly Telling[]): Name[] {
  return unique(
    members.flatMap((member): Name[] => {
      if (member.kind === 'deferred') return [{ table: 'deferred', key: member.leaf }];
      const { delivered, told } = member;
      const { from: peer, to: own, ep } = told.checkpoint;
      const ask = keyOf.statement(own, peer, 'valise-log-ask+jws', String(ep));
      return [
        { table: 'pair', key: keyOf.pair(own, peer) },
        { table: 'mirror', key: keyOf.mirror(own, peer, ep) },
        { table: 'outbox', key: ask },
        { table: 'held', key: heldKey(delivered) },
        ...told.entries.flatMap((entry) => wantedOfEntry(own, peer, entry)),
      ];
    }),
  );
}

function wantedOf(member: Incoming): Name[] {
  switch (member.kind) {
    case 'release':
      return [{ table: 'pair', key: keyOf.pair(member.own, member.peer) }];
    case 'sent':
    case 'missing':
      return [{ table: 'pair', key: keyOf.pair(member.own, member.peer) }];
    case 'refused':
      return [
        { table: 'nodeUse', key: member.delivered.node },
        {
          table: 'quarantine',
          key: keyOf.quarantine(member.delivered.node, member.delivered.body.sha256, member.reason.code),
        },
      ];
    case 'overdue':
      return [{ table: 'overdue', key: member.key }];
    case 'attachment':
      return [{ table: 'attachment', key: keyOf.attachment(member.own, 'in', member.id) }];
    case 'delivery':
      return wantedOfDelivery(member);
  }
}

function wantedOfDelivery({ delivered, opened }: Extract<Incoming, { kind: 'delivery' }>): Name[] {
  const held: Name = { table: 'held', key: heldKey(delivered) };
  const pair = pairIn(opened);
  if (!pair) return [held];
  const { own, peer } = pair;
  const ofPair: Name = { table: 'pair', key: keyOf.pair(own, peer) };
  if (!opened.ok) {
    const arrival = keyOf.arrival(own, peer, opened.sender?.id ?? '');
    return [held, ofPair, { table: 'arrival', key: arrival }];
  }
  if (opened.kind === 'statement') return [held, ofPair, { table: 'asked', key: keyOf.pair(own, peer) }];
  const { id, case: caseId, re, attachments } = opened.payload;
  return [
    held,
    ofPair,
    { table: 'arrival', key: keyOf.arrival(own, peer, id) },
    { table: 'case', key: keyOf.case(own, caseId) },
    ...(re === undefined
      ? []
      : (['in', 'out'] as const).map((direction): Name => ({
          table: 'identifier',
          key: keyOf.identifier(own, peer, direction, re),
        }))),
    ...attachments.flatMap((one): Name[] => [
      { table: 'attachment', key: keyOf.attachment(own, 'in', one.id) },
      { table: 'attachment', key: keyOf.attachment(own, 'out', one.id) },
    ]),
    ...(attachments.length > 0
      ? [{ table: 'attachmentUse', key: keyOf.attachmentUse(own, peer) } as const]
      : []),
  ];
}

/** Nothing of a stranger's entry is relied on: a wrong guess loads a row in vain. */
function wantedOfEntry(own: string, peer: string, entry: unknown): Name[] {
  const read = readEntry(entry);
  if ('code' in read || read.erased) return [];
  const reading = readContent(read.content);
  if (reading.is !== 'known' || reading.content.kind !== 'received') return [];
  const { ep, n, id } = reading.content;
  const key = keyOf.message(own, peer, 'out', ep, n);
  return [
    { table: 'message', key },
    { table: 'state', key },
    { table: 'outbox', key },
    // Of a message that opened a case, which has its name.
    { table: 'case', key: keyOf.case(own, id) },
  ];
}

function unique(names: readonly Name[]): Name[] {
  return [...new Map(names.map((name) => [`${name.table} ${name.key}`, name])).values()];
}
