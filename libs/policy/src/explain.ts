import { instrumentOf, rulesOf, type ArticleRules } from '#treaties';

/** The units of an instrument that can be cited, with their rules; a reason for having none holds for all beneath it. */
export function explain(instrument: string, article?: string): ArticleRules[] {
  const undecided = instrumentOf(instrument)?.undecided;
  return rulesOf(instrument, article).map((unit) => {
    const above = undecided?.find((one) => unit.article.startsWith(`${one.article}.`));
    return above === undefined ? unit : { ...unit, undecided: above.reason };
  });
}
