import {
  agreementBinds,
  bodyOf,
  inForce,
  inForceBetween,
  instrumentAt,
  isStateSecret,
  type CompiledRegister,
} from '#treaties';
import type { Action, DiscloseAction, InForceAction, TransferAction, UseAction } from './action.js';
import { conditionsOf, consentInForce, isSpent } from './consents.js';
import { Findings, type Decision } from './decision.js';
import { judgeOnward, judgeUse } from './information.js';
import { judgeStateSecret } from './secrets.js';
import { decideSend, judgeParties, partiesOf } from './send.js';

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
  const [a, b] = action.between;
  const known = instrumentAt(register, action.instrument, at);
  if (a === undefined) findings.add(register.house.noRule, 'deny');
  else if (known !== undefined) {
    for (const state of [...action.between].sort()) {
      const bound = inForce(register, action.instrument, state, at);
      if (bound) findings.add(bound.rule, bound.bound ? 'permit' : 'deny');
      const { openTo, accession } = known.binding;
      // To whom an instrument is not open: neither as a signatory nor by accession.
      if (!openTo.includes(state) && accession !== null) findings.add(accession.rule, 'deny');
    }
    const pair = b === undefined ? undefined : inForceBetween(register, action.instrument, a, b, at);
    if (pair && !pair.bound) findings.add(pair.rule, 'deny');
  } else if (register.agreements.has(action.instrument)) {
    const rule = namedAgreement(action.instrument);
    findings.add(
      rule,
      agreementBinds(register, action.instrument, null, action.between, at) ? 'permit' : 'deny',
    );
  }
  return findings.decision();
}

function decideUse(register: CompiledRegister, action: UseAction): Decision {
  const findings = new Findings(register.house);
  const { items, consents, purpose = null, conduct = null } = action;
  const account = action.account === true;
  const at = Date.parse(action.at);
  judgeUse({ register, at, holder: action.by, items, consents, purpose, conduct, account }, findings);
  return findings.decision();
}

/** On the bus the recipient is listed and the instrument in force; off the bus it may be anybody whom the consents name. */
function decideTransfer(register: CompiledRegister, action: TransferAction): Decision {
  const findings = new Findings(register.house);
  const at = Date.parse(action.at);
  const instrument = instrumentAt(register, action.instrument, at);
  if (!instrument?.exchange || action.items.length === 0 || action.from === action.to) {
    findings.add(register.house.noRule, 'deny');
    return findings.decision();
  }
  const parties = partiesOf(register, instrument, action.from, action.to, at, null);
  const { fromListed, toListed, from, to } = parties;
  if (action.channel === 'bus') {
    judgeParties(register, instrument, parties, at, findings);
    const listed = instrument.exchange.operations.find(({ op }) => op === 'listed');
    const organ = fromListed?.kind === 'organ' || toListed?.kind === 'organ';
    if (listed?.op === 'listed' && (!fromListed || !toListed || (organ && !instrument.organs))) {
      const withOrgan = from?.kind === 'organ' || to?.kind === 'organ';
      findings.add(((withOrgan ? listed.organ : undefined) ?? listed).unmet, 'deny');
    }
  }
  if (isStateSecret(action.level)) {
    const { level, channel } = action;
    const releaseDecision = action.releaseDecision === true;
    judgeStateSecret(
      instrument.exchange.stateSecrets,
      { register, at, from, to, level, channel, releaseDecision },
      findings,
    );
  }
  const { items, consents, level } = action;
  judgeOnward(
    {
      register,
      at,
      holder: action.from,
      recipient: action.to,
      items,
      consents,
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
  const rules = instrumentAt(register, action.instrument, at)?.exchange?.information.disclosure;
  if (!rules) {
    findings.add(register.house.noRule, 'deny');
    return findings.decision();
  }
  const { requester, by, to } = action;
  const isRequester = (id: string): boolean =>
    id === requester || bodyOf(register, id, at) === bodyOf(register, requester, at);
  if (isRequester(by) || isRequester(to)) findings.add(rules.own, 'permit');
  else if (!action.confidentialityAsked && rules.notAsked !== null) {
    findings.add(rules.notAsked, 'permit');
  } else {
    // A consent for single items of information says nothing of the request itself.
    const consents = action.consents.filter(
      (consent) =>
        consent.kind === 'disclosure' &&
        consent.by === requester &&
        consent.to === by &&
        consent.recipient === to &&
        consent.items === 'all' &&
        (consent.written || !rules.written) &&
        consentInForce(consent, at) &&
        !isSpent(consent),
    );
    if (consents.length === 0) {
      findings.add(rules.unmet, 'consent-required');
      findings.askConsentOf(requester);
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
