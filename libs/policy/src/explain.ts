import { instrumentOf, rulesOf, type ArticleRules } from '#treaties';

/** The units of an instrument that can be cited, with their rules; a reason for having none holds for all beneath it. */
export function explain(instrument: string, article?: string): ArticleRules[] {
  const reasons = new Map(
    instrumentOf(instrument)?.undecided.map(({ article, reason }) => [article, reason]),
  );
  return rulesOf(instrument, article).map((unit) => {
    if (unit.rules.length > 0) return unit;
    const steps = unit.article.split('.');
    const above = steps.map((_, count) => steps.slice(0, steps.length - count).join('.'));
    const reason = above.map((code) => reasons.get(code)).find((found) => found !== undefined);
    return reason === undefined ? unit : { ...unit, undecided: reason };
  });
}
