import { Injectable } from '@nestjs/common';
import type { Instant } from '#core';
import { type Action, decide, type Decision, type Intended, which } from '#policy';
import type { Principal } from '#service';
import { bookIdsFor } from '#treaties';
import { Register } from '../register/register.js';
import { now } from '../settling/now.js';
import { Judge } from '../settling/judge.js';
import { requireOwnAct } from './own-acts.js';

/** The same action without its instant, which is then now. */
type Untimed<Timed> = Timed extends { at: string } ? Omit<Timed, 'at'> & { at?: string | undefined } : never;

/** What would be decided: the same function on the same register as for messages, without any effect. */
@Injectable()
export class Decisions {
  constructor(
    private readonly register: Register,
    private readonly judge: Judge,
  ) {}

  /** @throws ValiseError FORBIDDEN for another authority's act */
  decide(caller: Principal, asked: Untimed<Action>) {
    requireOwnAct(caller, asked);
    const action = { ...asked, at: asked.at ?? now() };
    const decision = this.asThisNode(action, decide(this.register.snapshot.register, action));
    return { ...decision, ...this.restingOn(caller, action.at, instrumentsOf(action), partiesOf(action)) };
  }

  /** @throws ValiseError FORBIDDEN for another authority's message */
  which(caller: Principal, asked: Untimed<Intended>) {
    requireOwnAct(caller, asked);
    const intended: Intended = { ...asked, at: asked.at ?? now() };
    const instruments = which(this.register.snapshot.register, intended).map((carrier) => ({
      ...carrier,
      ...this.asThisNode(intended, carrier),
    }));
    const named = [...instruments.map(({ instrument }) => instrument), ...instrumentsOf(intended)];
    return { ...this.restingOn(caller, intended.at, named, partiesOf(intended)), instruments };
  }

  /** The node's ceiling also limits what leaves over the bus. */
  private asThisNode(action: Action | Intended, decision: Decision): Decision {
    if (action.action === 'send' && action.channel === 'bus')
      return this.judge.underCeiling(decision, action.message.level);
    if (action.action === 'transfer' && action.channel === 'bus')
      return this.judge.underCeiling(decision, action.level);
    return decision;
  }

  /** Items may name any two authorities: what those agreed between themselves is not shown. */
  private restingOn(
    { authority }: Principal,
    at: Instant,
    instruments: readonly string[],
    parties: ReadonlySet<string>,
  ) {
    const { snapshot } = this.register;
    const { authorities, books } = snapshot;
    const sides = [...parties].flatMap((party) =>
      /^[A-Z]{2}$/.test(party) ? party : (authorities.get(party)?.book.slice('list:'.length) ?? []),
    );
    const needed = new Set(instruments.flatMap((id) => booksBetween(id, [...new Set(sides)])));
    const hidden = snapshot.hiddenFrom(authority);
    for (const { book, content } of books.filter((one) => !hidden.has(one.book))) {
      const between = (content as { between?: unknown }).between;
      if (Array.isArray(between) && between.every((party) => parties.has(String(party)))) needed.add(book);
    }
    const stale = this.register.ages().filter((age) => age.stale && needed.has(age.book));
    return {
      at,
      register: snapshot.referTo([...needed].sort()),
      stale: stale.map(({ book }) => book),
    };
  }
}

/** Secrecy agreements apply to pairs, so the books of every pair are named. */
function booksBetween(instrument: string, sides: readonly string[]): string[] {
  const pairs = sides.flatMap((a, nth) => sides.slice(nth + 1).map((b) => [a, b]));
  return [bookIdsFor(instrument, ...sides), ...pairs.map((pair) => bookIdsFor(instrument, ...pair))].flat();
}

function instrumentsOf(action: Action | Intended): string[] {
  const items = 'items' in action ? (action.items ?? []) : [];
  const own = 'instrument' in action && action.instrument ? [action.instrument] : [];
  return [...own, ...items.map(({ instrument }) => instrument)];
}

/** Authorities and states that an action names. */
function partiesOf(action: Action | Intended): Set<string> {
  const named = new Set<string>(action.action === 'in-force' ? action.between : []);
  for (const role of ['from', 'to', 'by', 'requester'] as const) {
    const party = (action as Partial<Record<typeof role, string>>)[role];
    if (party !== undefined) named.add(party);
  }
  for (const { provider, receiver } of 'items' in action ? (action.items ?? []) : [])
    named.add(provider).add(receiver);
  // Whose hands it went through, and whose units they are, is read in their lists.
  for (const { to, recipient } of 'consents' in action ? (action.consents ?? []) : [])
    named.add(to).add(recipient ?? to);
  return named;
}
