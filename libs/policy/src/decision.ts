import { text, type Basis, type House, type Provision, type Text } from '#treaties';

/** Loosest to strictest; `warn` never changes the outcome. */
export const OUTCOMES = ['permit', 'off-bus', 'consent-required', 'decision-required', 'deny'] as const;
export type Outcome = (typeof OUTCOMES)[number];
export type Effect = Outcome | 'warn';

/** What people read. «Отказ», бас тарту, refusal is an act of the authority: the gateway says what may not be done. */
export const EFFECT_TEXTS: Readonly<Record<Effect, Text>> = {
  permit: text('допустимо', 'рұқсат етіледі', 'permitted'),
  'off-bus': text('не по шине', 'шинамен емес', 'not over the bus'),
  'consent-required': text('требуется согласие', 'келісім қажет', 'consent required'),
  'decision-required': text(
    'требуется решение о передаче',
    'беру туралы шешім қажет',
    'release decision required',
  ),
  deny: text('недопустимо', 'жол берілмейді', 'not permitted'),
  warn: text('предупреждение', 'ескерту', 'warning'),
};

export interface Finding {
  readonly rule: string;
  readonly basis: Basis;
  readonly effect: Effect;
  readonly text: Text;
  /** Ids of the items that the finding is about. */
  readonly about: readonly string[];
}

export type Obligation =
  | { readonly do: 'confirm-in-writing' | 'execute' | 'answer'; readonly by: string; readonly rule: string }
  | { readonly do: 'observe-condition'; readonly condition: string; readonly rule: string };

export interface Decision {
  readonly outcome: Outcome;
  readonly findings: readonly Finding[];
  readonly consentFrom: readonly string[];
  readonly obligations: readonly Obligation[];
}

/** The conditions that a decision asks to be observed, each once, sorted. */
export function conditionsIn({ obligations }: Decision): readonly string[] {
  const conditions = obligations.flatMap((duty) => (duty.do === 'observe-condition' ? [duty.condition] : []));
  return [...new Set(conditions)].sort();
}

const NOTHING: readonly never[] = Object.freeze([]);
const shared = new WeakMap<Provision, Partial<Record<Effect, Finding>>>();

/** The finding that a provision makes with an effect. Without items it is one shared, frozen object. */
export function findingOf(provision: Provision, effect: Effect, about: readonly string[] = NOTHING): Finding {
  const { cite, basis, text } = provision;
  if (about.length > 0) return { rule: cite, basis, effect, text, about };
  let ofProvision = shared.get(provision);
  if (ofProvision === undefined) shared.set(provision, (ofProvision = {}));
  return (ofProvision[effect] ??= Object.freeze({ rule: cite, basis, effect, text, about }));
}

/** Collects what the rules find; the strictest wins, and with nothing that permits there is no permission. */
export class Findings {
  readonly #findings: Finding[] = [];
  readonly #consentFrom = new Set<string>();
  readonly #obligations: Obligation[] = [];

  constructor(private readonly house: House) {}

  add(provision: Provision, effect: Effect, about?: readonly string[]): void {
    const finding = findingOf(provision, effect, about);
    if (!this.#findings.includes(finding)) this.#findings.push(finding);
  }

  addAll(provisions: readonly Provision[], effect: Effect, about?: readonly string[]): void {
    for (const provision of provisions) this.add(provision, effect, about);
  }

  askConsentOf(authority: string): void {
    this.#consentFrom.add(authority);
  }

  oblige(obligation: Obligation): void {
    this.#obligations.push(obligation);
  }

  /** A denial leaves no duties; deadlines begin only with what goes now, over the bus. */
  decision(): Decision {
    const effects = new Set(this.#findings.map(({ effect }) => effect));
    const found = OUTCOMES.findLast((outcome) => effects.has(outcome));
    if (found === undefined) this.add(this.house.noRule, 'deny');
    const outcome = found ?? 'deny';
    const obligations =
      outcome === 'permit'
        ? this.#obligations
        : this.#obligations.filter(
            (obligation) => outcome !== 'deny' && obligation.do === 'observe-condition',
          );
    return {
      outcome,
      findings: this.#findings,
      consentFrom: outcome === 'consent-required' ? [...this.#consentFrom].sort() : NOTHING,
      obligations,
    };
  }
}
