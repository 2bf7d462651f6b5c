import {
  agreementBinds,
  bodyOf,
  boundAt,
  consenterFor,
  forceAt,
  inForceBetween,
  isStateSecret,
  type CompiledRegister,
} from '#treaties';
import type { Action, DiscloseAction, InForceAction, TransferAction, UseAction } from './action.js';
import { heldUnder } from './agreed.js';
import { conditionsOf, consentInForce, isSpent } from './consents.js';
import { Findings, type Decision } from './decision.js';
import { governing } from './governing.js';
import { decideUseOf, judgeOnward } from './information.js';
import { lawAt } from './law-at.js';
import { judgeStateSecret } from './secrets.js';
import { decideSend, judgeParties, partiesOf } from './send.js';
import { listingFor, mayTakePart } from './sides.js';

/**
 * The rules of the treaties as one pure function (contracts/decide.md). Every decision cites what it rests on; all
 * findings are returned and the strictest wins; what no rule allows is denied.
 *
 * @param action validated by `actionSchema`
 */
export function decide(register: CompiledRegister, action: Action): Decision {
  switch (action.action) {
    case 'in-force':
      return decideInForce(register, action);
    case 'send':
      return decideSend(register, action);
    case 'use':
      return decideUse(register, action);
    case 'transfer':
      return decideTransfer(register, action);
    case 'disclose':
      return decideDisclose(register, action);
  }
}

function decideInForce(register: CompiledRegister, action: InForceAction): Decision {
  const findings = new Findings(register.house);
  const at = Date.parse(action.at);
  const force = forceAt(register, action.instrument, at);
  if (force !== undefined) {
    const states = [...action.between].sort();
    const { openTo, accession } = force.instrument.binding;
    for (const state of states) {
      const { rule, bound } = boundAt(force, state, at);
      findings.add(rule, bound ? 'permit' : 'deny');
      // To whom an instrument is not open: neither as a signatory nor by accession.
      if (!openTo.includes(state) && accession !== null) findings.add(accession.rule, 'deny');
      for (const other of states) {
        const pair = inForceBetween(register, action.instrument, state, other, at);
        if (pair?.bound === false) findings.add(pair.rule, 'deny');
      }
    }
  } else if (register.agreements.has(action.instrument)) {
    const binds = agreementBinds(register, action.instrument, null, action.between, at);
    findings.add(namedAgreement(action.instrument), binds ? 'permit' : 'deny');
  }
  return findings.decision();
}

function decideUse(register: CompiledRegister, action: UseAction): Decision {
  const { items, consents, purpose = null, conduct = null } = action;
  const account = action.account === true;
  const at = Date.parse(action.at);
  const law = lawAt(register, at);
  const held = heldUnder(items, consents, at, law);
  return decideUseOf({ law, holder: action.by, held, purpose, conduct, account });
}

/** On the bus the recipient is listed and the instrument in force; off the bus it may be anybody whom the consents name. */
function decideTransfer(register: CompiledRegister, action: TransferAction): Decision {
  const findings = new Findings(register.house);
  const at = Date.parse(action.at);
  const law = governing(register, action.instrument, at);
  if (law === undefined || action.items.length === 0 || action.from === action.to) {
    findings.add(register.house.noRule, 'deny');
    return findings.decision();
  }
  const { exchange, instrument } = law;
  const parties = partiesOf(register, law, action.from, action.to, at, null);
  const { from, to } = parties;
  if (action.channel === 'bus') {
    judgeParties(register, law, parties, at, findings);
    const listing = exchange.operations.find((operation) => operation.op === 'listed');
    const listed = [parties.fromListed, parties.toListed].every((one) => mayTakePart(one, instrument.organs));
    const unmet = listing === undefined ? register.house.noRule : listingFor(listing, parties).unmet;
    if (!listed) findings.add(unmet, 'deny');
  }
  if (isStateSecret(action.level)) {
    const { level, channel } = action;
    const releaseDecision = action.releaseDecision === true;
    judgeStateSecret(
      exchange.stateSecrets,
      { register, at, from, to, level, channel, releaseDecision },
      findings,
    );
  }
  const { items, consents, level } = action;
  const informationLaw = lawAt(register, at);
  judgeOnward(
    {
      law: informationLaw,
      holder: action.from,
      recipient: action.to,
      held: heldUnder(items, consents, at, informationLaw),
      level,
      derived: action.derived === true,
      purpose: action.purpose ?? null,
      sent: false,
      requestOf: null,
    },
    findings,
  );
  return findings.decision();
}

/** Disclosing the fact or content of a request to someone outside. */
function decideDisclose(register: CompiledRegister, action: DiscloseAction): Decision {
  const findings = new Findings(register.house);
  const at = Date.parse(action.at);
  const rules = governing(register, action.instrument, at)?.exchange.information.disclosure;
  if (!rules) {
    findings.add(register.house.noRule, 'deny');
    return findings.decision();
  }
  const { requester, by, to } = action;
  const isRequester = (id: string): boolean => bodyOf(register, id, at) === bodyOf(register, requester, at);
  if (isRequester(by) || isRequester(to)) findings.add(rules.own, 'permit');
  else if (!action.confidentialityAsked && rules.notAsked !== null) {
    findings.add(rules.notAsked, 'permit');
  } else {
    // A consent for single items of information says nothing of the request itself.
    const consents = action.consents.filter(
      (consent) =>
        consent.kind === 'disclosure' &&
        consent.by === consenterFor(register, requester, Date.parse(consent.from)) &&
        consent.to === by &&
        consent.recipient === to &&
        consent.items === 'all' &&
        (consent.written || !rules.written) &&
        consentInForce(consent, at) &&
        !isSpent(consent),
    );
    if (consents.length === 0) {
      findings.add(rules.unmet, 'consent-required');
      findings.askConsentOf(consenterFor(register, requester, at));
    } else findings.add(rules.met, 'permit');
    for (const condition of [...new Set(consents.flatMap(conditionsOf))].sort()) {
      findings.oblige({ do: 'observe-condition', condition, rule: rules.met.cite });
    }
  }
  return findings.decision();
}

function namedAgreement(id: string) {
  return {
    cite: id,
    basis: 'inferred',
    text: {
      ru: 'Соглашение, названное в реестре.',
      kk: 'Тізілімде аталған келісім.',
      en: 'An agreement named in the register.',
    },
  } as const;
}
