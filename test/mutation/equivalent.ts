const REFERS =
  'instruments hold the provision themselves; the house keeps it for those who list the house rules';
const EARLIER = 'an alternative before it is met already, which is the one that is cited';
const LISTED = 'who is on no list is denied by the list itself, citing the same articles';
const FORBIDDEN = 'the type is forbidden, and a further rule about it cites what is cited already';
const CITED = 'the same article is cited for the same type by the rule beside it, with the same outcome';
const NO_EXCHANGE = 'no rules of exchange are known of it, for organs or for states';

/**
 * Mutants that are the same law in other words, each with the reason. They are equal in outcome, in the articles cited
 * and those that only warn, in the duties and in whose consent is required, which is what a decision file can tell; a
 * place that is no more fails the check.
 */
export const EQUIVALENT: ReadonlyMap<string, string> = new Map<string, string>([
  ['valise.house.seal.cite', REFERS],
  ['valise.house.procedure.cite', REFERS],
  ['valise.house.unusual.cite', REFERS],
  ['valise.house.continuing.cite', REFERS],
  ['cis-it-crime-2018.written-form[request].signature.4.by (head)', EARLIER],
  ['cis-it-crime-2018.written-form[request].signature.4.by (deputy-head)', EARLIER],
  ['cis-it-crime-2018.written-form[request].signature.4.seals (unit)', EARLIER],
  ['cis-it-crime-2018.forwarding[forwarded].unlisted', LISTED],
  ['cis-counterterror-2017.forwarding[forwarded].unlisted', LISTED],
  ['cis-it-crime-2018.between-parties[request].on (standing-request)', FORBIDDEN],
  ['csto-infosphere-2014.between-parties[request].on (standing-request)', FORBIDDEN],
  ['csto-infosphere-2014.between-parties[request].on (spontaneous)', FORBIDDEN],
  ['cis-it-crime-2018.allow[request].on (standing-request)', FORBIDDEN],
  ['cis-it-crime-2018.allow[spontaneous].on (standing-request)', FORBIDDEN],
  ['cis-it-crime-2018.grounds[spontaneous].on (standing-request)', FORBIDDEN],
  ['cis-it-crime-2018.electronic-form[result].on (standing-request)', FORBIDDEN],
  ['csto-infosphere-2014.allow[request].on (standing-request)', FORBIDDEN],
  ['csto-infosphere-2014.allow[request].on (spontaneous)', FORBIDDEN],
  ['csto-infosphere-2014.deadline[request].on (standing-request)', FORBIDDEN],
  ['csto-infosphere-2014.deadline[request].on (spontaneous)', FORBIDDEN],
  ['cis-it-crime-2018.allow[request].on (spontaneous)', CITED],
  ['cis-it-crime-2018.allow[spontaneous].on (request)', CITED],
  ['cis-it-crime-2018.written-form[request].signature.3.seals (authority)', CITED],
  ['cis-it-crime-2018.written-form[request].signature.3.between (central-units)', EARLIER],
  ['cis-it-crime-2018.allow[restriction].on (consent-request)', CITED],
  ['cis-it-crime-2018.allow[restriction].on (consent-answer)', CITED],
  ['cis-it-crime-2018.allow[restriction].on (consent-revocation)', CITED],
  ['csto-infosphere-2014.allow[refusal].by.0', CITED],
  ['cis-counterterror-2017.allow[refusal].by.0', CITED],
  ['cis-counterterror-2017.allow[refusal].byOrgan.0', CITED],
  ['cis-counterterror-2017.allow[postponement].on (refusal)', CITED],
  ['csto-secrets-2004.organs', NO_EXCHANGE],
  ['cis-secrets-1993.organs', NO_EXCHANGE],
  ['cis-secrets-2013.organs', NO_EXCHANGE],
  ['cis-computer-crime-2001.organs', NO_EXCHANGE],
  ['collective-security-treaty-1992.organs', NO_EXCHANGE],
]);
