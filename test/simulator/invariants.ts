import { canonicalJson } from '#core';
import { keyOf, type MessageRow, RANGES_MAX } from '#exchange';
import { edgeAt, inclusionPath, rootOf, verifyInclusion } from '#ledger';
import type { Node } from './node.js';
import { BOUNDS } from './shell.js';

/** What must hold whenever the bus was fair for long enough. @throws Error that says what does not */
export function checkAtRest(nodes: readonly Node[], liar?: string): void {
  for (const node of nodes) {
    nothingIsLeft(node, liar);
    internalLogIsWhole(node);
    if (liar !== undefined) isBounded(node, liar);
    for (const other of nodes) if (other !== node) checkDirection(node, other);
  }
}

function nothingIsLeft({ own, database }: Node, liar: string | undefined): void {
  for (const table of ['outbox', 'held', 'deferred'] as const) {
    const left = [...database.entries(table)].find(
      ([, row]) => liar === undefined || !JSON.stringify(row).includes(liar),
    );
    if (left)
      throw new Error(`${own}: ${table} still has ${left[0]} ${JSON.stringify(left[1]).slice(0, 300)}`);
  }
  for (const [, { peer, gaps, waiting }] of database.entries('pair'))
    if (peer !== liar && (gaps.length > 0 || waiting.length > 0))
      throw new Error(`${own}: something of ${peer} is still missing: ${JSON.stringify({ gaps, waiting })}`);
}

/** Every entry has one place, and the head is that of the entries. */
function internalLogIsWhole(node: Node): void {
  const { own, database } = node;
  const edge = database.get('internalLog', own)?.edge;
  const entries = [...database.entries('leaf')].filter(([key]) => key.startsWith(`${own} ${own} `)).length;
  if (entries !== (edge?.size ?? 0))
    throw new Error(`${own}: ${entries} entries of an internal log of ${edge?.size ?? 0}`);
  if (edge && !rootOf(edge).equals(rootOf(edgeAt(edge.size, node.tiles(own, 1)))))
    throw new Error(`${own}: the head of the internal log is not that of its entries`);
}

/** What a peer that signs anything makes grow has an end. */
function isBounded(node: Node, liar: string): void {
  const { own, database } = node;
  const { waiting, gaps, log, inTotal, outTotal } = node.pair(liar);
  const about = <T>(rows: Iterable<[string, T]>) => [...rows].filter(([key]) => key.includes(liar)).length;
  const sizes: readonly (readonly [string, number, number])[] = [
    ['messages that wait', waiting.length, BOUNDS.waitingMax],
    ['gaps', gaps.length, RANGES_MAX],
    ['leaves of our log', log.size, 3 * inTotal + 2 * outTotal + 64],
    ['held deliveries', about(database.entries('held')), BOUNDS.nodeRowsMax],
    ['quarantined deliveries', about(database.entries('quarantine')), BOUNDS.nodeRowsMax],
    // One of each kind for a number or an epoch that it names; the relay empties it as it can.
    ['statements to be published', about(database.entries('outbox')), 200],
    ['answered requests', database.get('asked', keyOf.pair(own, liar))?.lately.length ?? 0, 2_000],
  ];
  for (const [what, size, max] of sizes)
    if (size > max) throw new Error(`${own} has ${size} ${what} of ${liar}, at most ${max}`);
}

/** Everything that one sent to the other. */
function checkDirection(sender: Node, recipient: Node): void {
  const sent = messagesOf(sender, recipient.own, 'out');
  const taken = new Map(messagesOf(recipient, sender.own, 'in').map((one) => [one.message.D, one]));
  for (const { message, state } of sent) {
    const name = `${message.own} ${message.ep}/${message.n} to ${message.peer} (${message.type})`;
    const there = taken.get(message.D);
    if (state.status === 'void') {
      if (there?.state.status === 'accepted') throw new Error(`${name} is void, and was accepted`);
      continue;
    }
    if (state.status !== 'accepted' && state.status !== 'rejected')
      throw new Error(`${name} is ${state.status}`);
    const arrival = recipient.database.get('arrival', keyOf.arrival(recipient.own, sender.own, message.id));
    // What expired is not asked for again by one that a restore made forget it.
    if (!arrival && recipient.isRestored && message.expiresAt <= sender.clock) continue;
    if (!arrival) throw new Error(`${name} is lost`);
    // A restored recipient judges again what its backup did not know; the first verdict stands at the sender.
    if (there && there.state.status !== state.status && !recipient.isRestored)
      throw new Error(`${name} is ${state.status} here and ${there.state.status} there`);
    if (state.status === 'accepted' && !there && !recipient.isRestored)
      throw new Error(`${name} is accepted, and is not there`);
    checkReceipt(sender, recipient, message, name);
  }
  checkChain(recipient, sender.own);
  checkCases(sender, recipient);
  checkMirror(sender, recipient);
}

function messagesOf({ database }: Node, peer: string, direction: 'in' | 'out') {
  return [...database.entries('message')].flatMap(([key, message]) => {
    const state = database.get('state', key);
    return message.peer === peer && message.direction === direction && state ? [{ key, message, state }] : [];
  });
}

/** The receipt is a leaf of the recipient's log, and its proof verifies against what the sender mirrored. */
function checkReceipt(sender: Node, recipient: Node, { id, D }: MessageRow, name: string): void {
  const arrival = recipient.database.get('arrival', keyOf.arrival(recipient.own, sender.own, id));
  const first = arrival?.seen.find((one) => one.D === D);
  if (first === undefined) throw new Error(`${name} has no leaf`);
  const { log: outEp, leaf: leafIndex } = first;
  const mirror = sender.database.get('mirror', keyOf.mirror(sender.own, recipient.own, outEp));
  const leaf = recipient.database.get('leaf', keyOf.leaf(recipient.own, sender.own, outEp, 'own', leafIndex));
  if (!mirror || !leaf || mirror.edge.size <= leafIndex)
    throw new Error(`${name}: its receipt is not mirrored`);
  const path = inclusionPath(leafIndex, mirror.edge.size, sender.tiles(recipient.own, outEp, 'mirror'));
  const isProven = verifyInclusion({
    index: leafIndex,
    size: mirror.edge.size,
    leaf: leaf.hash,
    path,
    root: rootOf(mirror.edge),
  });
  if (!isProven) throw new Error(`${name}: its receipt is not proven`);
}

/** Every message names the one before it. */
function checkChain(recipient: Node, peer: string): void {
  const byPlace = new Map(
    messagesOf(recipient, peer, 'in').map(({ message }) => [`${message.ep} ${message.n}`, message]),
  );
  for (const message of byPlace.values()) {
    const before = byPlace.get(`${message.ep} ${message.n - 1}`);
    if (before && message.prev !== before.D)
      throw new Error(`${recipient.own}: ${message.n} of ${peer} does not follow ${message.n - 1}`);
  }
}

/** Both ends have the same cases. What a restore lost is known to one end only, and so are its effects. */
function checkCases(one: Node, other: Node): void {
  for (const [, row] of one.database.entries('case')) {
    if (row.counterpart !== other.own || row.state.status === 'void') continue;
    const there = other.database.get('case', keyOf.case(other.own, row.id));
    if ((one.isRestored || other.isRestored) && effectsIn(one, row.id) !== effectsIn(other, row.id)) continue;
    if (!there) throw new Error(`the case ${row.id} of ${one.own} is not known to ${other.own}`);
    if (canonicalJson(row.state) !== canonicalJson(there.state))
      throw new Error(
        `the case ${row.id}: ${one.own} has ${canonicalJson(row.state)}, ${other.own} has ${canonicalJson(there.state)}`,
      );
  }
}

function effectsIn({ database }: Node, caseId: string): string {
  return [...database.entries('message')]
    .flatMap(([key, message]) => {
      const state = database.get('state', key);
      return message.caseId === caseId
        ? [`${message.D} ${state?.status === 'accepted'} ${state?.storedAt}`]
        : [];
    })
    .sort()
    .join();
}

/** What was mirrored is the beginning of the log. */
function checkMirror(holder: Node, owner: Node): void {
  const { outEp } = owner.pair(holder.own);
  const mirror = holder.database.get('mirror', keyOf.mirror(holder.own, owner.own, outEp));
  if (!mirror) return;
  if (mirror.stopped) throw new Error(`${holder.own} stopped the log of ${owner.own}: ${mirror.stopped}`);
  if (mirror.seenAmiss) throw new Error(`${owner.own} has seen amiss of ${holder.own}: ${mirror.seenAmiss}`);
  const edge = edgeAt(mirror.edge.size, owner.tiles(holder.own, outEp));
  if (!rootOf(edge).equals(rootOf(mirror.edge)))
    throw new Error(`the mirror of ${owner.own} at ${holder.own} is not its log`);
}
