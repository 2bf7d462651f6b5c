import type { DecisionRow } from '#exchange';
import { LAW, provisionsIn, type Text } from '#treaties';

interface Worded {
  readonly basis: string;
  readonly text: Text;
}

/** What each rule says, by its citation and effect; one citation may stand for several rules. */
const WORDS = new Map<string, Worded>();
for (const { provision, effects } of provisionsIn(LAW))
  for (const key of [provision.cite, ...effects.map((effect) => `${provision.cite} ${effect}`)])
    if (!WORDS.has(key)) WORDS.set(key, { basis: provision.basis, text: provision.text });

/** The rules of a decision with their words, which are looked up in the law. */
export function findingsOf({ rules }: DecisionRow) {
  return rules.map(({ rule, effect }) => {
    const worded = WORDS.get(`${rule} ${effect}`) ?? WORDS.get(rule);
    // One that stood in an earlier version of the law is named, and nothing more.
    const text = worded?.text ?? { ru: rule, kk: rule, en: rule };
    return { rule, effect, ...(worded && { basis: worded.basis }), text };
  });
}
