import type { Action, Expectation, SendAction } from '#policy';

/** One case of a decision file. */
export interface Vector {
  readonly id: string;
  readonly topic: string;
  readonly why: string;
  readonly input: Action;
  readonly expect: Expectation;
  /** Those of the rules that only warn. The contract's format has no word for it; the check of the law looks at it. */
  readonly warns: readonly string[];
  /** Those of the rules that this case rests on by inference, where it matters: all others by the text's own words. */
  readonly inferred?: readonly string[];
}

export type Outcome = NonNullable<Expectation['outcome']>;
type Message = SendAction['message'];
export type Send = Partial<Omit<SendAction, 'action' | 'message'>> & { message?: Partial<Message> };
export type More = Pick<Expectation, 'consentFrom' | 'obligations'> & {
  readonly warns?: readonly string[];
  readonly inferred?: readonly string[];
};

/** Most cases happen now; the register's edges are elsewhere. */
export const NOW = '2026-03-10T09:00:00Z';
export const IN_72_HOURS = '2026-03-13T09:00:00Z';

export const HEAD = { by: 'head' } as const;
export const SEAL = { seal: 'authority' } as const;

/** A case that this authority opened eight days ago. */
export function openedBy(initiator: string, change: Partial<NonNullable<SendAction['case']>> = {}) {
  return {
    initiator,
    receivedAt: '2026-03-02T08:00:05Z',
    sentAt: '2026-03-02T08:00:00Z',
    confirmed: true,
    deadline: null,
    confidentialityAsked: false,
    ...change,
  };
}

/**
 * The table of one instrument. `cites` of a row are all rules that the decision rests on, no more and no fewer, in the
 * instrument's own numbering; those of another instrument or of the house are written in full.
 */
export class Table {
  readonly vectors: Vector[] = [];

  constructor(
    readonly instrument: string,
    private readonly usual: Omit<SendAction, 'action' | 'at' | 'instrument' | 'case'>,
  ) {}

  add(topic: string, id: string, why: string, input: Action, outcome: Outcome, cites: readonly string[], more: More = {}): void {
    if (this.vectors.some((vector) => vector.id === id)) throw new Error(`${this.instrument}: two cases ${id}`);
    const inFull = (codes: readonly string[]): string[] =>
      [...new Set(codes)].map((cite) => (/#|-\d{4}$/.test(cite) ? cite : `${this.instrument}#${cite}`));
    const { warns = [], inferred, ...rest } = more;
    this.vectors.push({ id, topic, why, input, expect: { outcome, cites: inFull(cites), ...rest }, warns: inFull(warns), ...(inferred === undefined ? {} : { inferred: inFull(inferred) }) });
  }

  send(topic: string, id: string, why: string, change: Send, outcome: Outcome, cites: readonly string[], more: More = {}): void {
    const message = { ...this.usual.message, ...change.message };
    const input = {
      action: 'send' as const,
      at: NOW,
      instrument: this.instrument,
      case: null,
      ...this.usual,
      ...change,
      message,
    };
    this.add(topic, id, why, input, outcome, cites, more);
  }

  inForce(id: string, why: string, at: string, between: string[], outcome: 'permit' | 'deny', cites: string[]): void {
    const { instrument } = this;
    this.add('in-force', id, why, { action: 'in-force', at, instrument, between }, outcome, cites);
  }

  /** Bound from the first instant of a day, and not before; or out from it. */
  edge(state: string, change: 'enters' | 'leaves', day: string, before: string, rules: [string, string], why: string): void {
    const [earlier, later] = change === 'enters' ? (['deny', 'permit'] as const) : (['permit', 'deny'] as const);
    const id = `${state.toLowerCase()}-${change}-${day}`;
    this.inForce(`${id}-last`, `${why}: the last instant before`, `${before}T23:59:59Z`, [state], earlier, [rules[0]]);
    this.inForce(`${id}-first`, `${why}: the first instant`, `${day}T00:00:00Z`, [state], later, [rules[1]]);
  }
}
