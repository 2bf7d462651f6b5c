import { INSTRUMENTS } from '#treaties';
import { explain } from './index.js';

describe('explain', () => {
  it('gives a reason for every unit without a rule that stands beneath one', () => {
    for (const { id, undecided } of INSTRUMENTS)
      for (const { article } of undecided)
        for (const unit of explain(id, article))
          expect([unit.article, unit.rules.length > 0 || unit.undecided !== undefined]).toEqual([
            unit.article,
            true,
          ]);
  });

  it('inherits the reason of an article, and of no other', () => {
    const inherited = INSTRUMENTS.flatMap(({ id, undecided }) =>
      explain(id).filter(
        (unit) => unit.undecided && !undecided.some(({ article }) => article === unit.article),
      ),
    );
    expect(inherited.length).toBeGreaterThan(0);
    for (const { rules } of inherited) expect(rules).toEqual([]);
    expect(explain('cis-it-crime-2018', '6.3').every(({ undecided }) => undecided === undefined)).toBe(true);
  });

  it('gives the rules of the gateway itself, which need no reasons', () => {
    const own = explain('valise');
    expect(own.length).toBeGreaterThan(3);
    expect(own.every(({ rules, undecided }) => rules.length > 0 && undecided === undefined)).toBe(true);
  });

  it('says nothing of an instrument that there is not, and no reason where there is a rule', () => {
    expect(explain('cis-trade-1994')).toEqual([]);
    for (const { id } of INSTRUMENTS)
      for (const { article, rules, undecided } of explain(id))
        if (rules.length > 0) expect([article, undecided]).toEqual([article, undefined]);
  });
});
