import type { DecisionRow } from '#exchange';
import { LAW, type Placed, provisionsIn } from '#treaties';

/** Every provision of the law by its citation: several may stand under one, for other messages or with another effect. */
const PROVISIONS = new Map<string, Placed[]>();
for (const placed of provisionsIn(LAW)) {
  const { cite } = placed.provision;
  PROVISIONS.set(cite, [...(PROVISIONS.get(cite) ?? []), placed]);
}

/** What a decision was about: a message over the bus. */
interface About {
  readonly type: string;
  readonly instrument: string;
}

/**
 * The rules that a message was decided by, with their words, which stand in the law. Where a decision may have meant one of several that
 * are cited alike, it has the words of each.
 */
export function findingsOf({ rules }: DecisionRow, about: About) {
  return rules.map(({ rule, effect }) => {
    const provisions = meant(rule, effect, about);
    const [first] = provisions;
    // One of an earlier version of the law, or of an agreement that only the register names.
    if (!first) return { rule, effect, text: { ru: rule, kk: rule, en: rule } };
    const words = (language: 'ru' | 'kk' | 'en') => [
      ...new Set(provisions.map(({ text }) => text[language])),
    ];
    const text = { ru: words('ru').join(' / '), kk: words('kk').join(' / '), en: words('en').join(' / ') };
    return { rule, basis: first.basis, effect, text };
  });
}

/** Those that are closest to the message. */
function meant(rule: string, effect: string, { type, instrument }: About): Placed['provision'][] {
  const closeness = ({ effects, on, instrument: of, place }: Placed) =>
    8 * Number((effects as readonly string[]).includes(effect)) +
    4 * Number(on === null || on === 'all' || (on as readonly string[]).includes(type)) +
    2 * Number(of === instrument) +
    Number(!place.includes('.way.offBus'));
  const all = PROVISIONS.get(rule) ?? [];
  const closest = Math.max(...all.map(closeness));
  return all.filter((one) => closeness(one) === closest).map(({ provision }) => provision);
}
