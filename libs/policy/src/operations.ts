import type { Exchange, MessageType, Operation, Verdict } from '#treaties';
import { isAmong, isOn } from './among.js';
import { isStated, reliesOn, type Check, type SendContext } from './context.js';
import { endOfLocalDays } from './deadlines.js';
import { isOrgan, listingFor, mayTakePart } from './sides.js';
import { electronicForm, seal, writtenForm } from './writing.js';

const HOUR_MS = 3_600_000;

const compiled = new WeakMap<Exchange, Map<MessageType, readonly Check[]>>();

/** The checks of an instrument for a type of message, compiled once from its data; a type that nothing allows is denied. */
export function checksOf(exchange: Exchange, type: MessageType): readonly Check[] {
  let ofTypes = compiled.get(exchange);
  if (ofTypes === undefined) compiled.set(exchange, (ofTypes = new Map<MessageType, readonly Check[]>()));
  let checks = ofTypes.get(type);
  if (checks === undefined) ofTypes.set(type, (checks = compile(exchange, type)));
  return checks;
}

function compile({ operations }: Exchange, type: MessageType): readonly Check[] {
  const own = operations.filter(({ on }) => isOn(on, type));
  const checks = own.map(checkOf);
  return own.some(({ op }) => op === 'allow' || op === 'forbid') ? checks : [...checks, denied];
}

function denied({ findings, register }: SendContext): void {
  findings.add(register.house.noRule, 'deny');
}

/** The meaning of each operation; the set is closed and the compiler requires every one here. */
function checkOf(operation: Operation): Check {
  switch (operation.op) {
    case 'allow':
      return ({ findings, from, to }) => {
        const { by, withOrgan = by, byOrgan = withOrgan } = operation;
        if (isOrgan(from)) findings.addAll(byOrgan, 'permit');
        else findings.addAll(isOrgan(to) ? withOrgan : by, 'permit');
      };
    case 'caution':
      return ({ findings }) => {
        findings.add(operation.warning, 'warn');
      };
    case 'forbid':
      return ({ findings }) => {
        findings.add(operation.unmet, 'deny');
      };
    case 'listed':
      return listed(operation);
    case 'organs':
      return ({ findings, fromListed, toListed, organs }) => {
        if (organs && (isOrgan(fromListed) || isOrgan(toListed))) findings.add(operation.met, 'permit');
      };
    case 'way':
      return ({ findings, action }) => {
        findings.addAll(action.channel === 'bus' ? operation.bus : operation.offBus, 'permit');
      };
    case 'between-parties':
      return ({ findings, from, to }) => {
        if (from?.state !== undefined && from.state === to?.state) findings.add(operation.unmet, 'deny');
      };
    case 'form':
      return form(operation);
    case 'offence':
      return offence(operation);
    case 'nexus':
      return ({ findings, message }) => {
        if (!isAmong(message.form, operation.forms)) return;
        if (message.nexus === null) findings.add(operation.unmet, 'deny');
        else findings.add(operation.met, 'permit');
      };
    case 'procedural':
      return procedural(operation);
    case 'language':
      return ({ findings, message }) => {
        const primary = message.language.replace(/-.*/, '');
        const known = primary === 'zxx' || operation.languages.includes(primary);
        if (known) findings.add(operation.met, 'permit');
        else findings.add(operation.unmet, 'deny');
      };
    case 'content':
      return ({ findings, message }) => {
        if (!message.contents.includes(operation.code)) findings.add(operation.unmet, 'deny');
      };
    case 'contents-known': {
      const known = new Set(operation.known);
      return ({ findings, message }) => {
        if (!message.contents.every((code) => known.has(code))) findings.add(operation.unmet, 'deny');
      };
    }
    case 'grounds':
      return ({ findings, message }) => {
        if (!isStated(message.grounds)) judge(operation, findings);
      };
    case 'written-form':
      return writtenForm(operation);
    case 'electronic-form':
      return electronicForm(operation);
    case 'seal':
      return seal(operation);
    case 'unconfirmed':
      return ({ findings, action, at }) => {
        if (action.case === null || action.case.confirmed) return;
        if (at > Date.parse(action.case.sentAt) + operation.hours * HOUR_MS)
          findings.add(operation.warning, 'warn');
      };
    case 'deadline':
      return ({ findings, action, at, to }) => {
        if (action.channel !== 'bus' || to === undefined) return;
        const by = endOfLocalDays(at, operation.days, to.timeZone);
        findings.oblige({ do: operation.duty, by, rule: operation.rule.cite });
      };
    case 'refusal-grounds':
      return refusalGrounds(operation);
    case 'refusal-reasons':
      return ({ findings, message }) => {
        if (message.refusal?.reasons === true) findings.add(operation.met, 'permit');
        else findings.add(operation.unmet, 'deny');
      };
    case 'forwarding':
      return forwarding(operation);
    case 'in-case':
      return ({ findings, action }) => {
        if (action.case === null) judge(operation, findings);
      };
    case 'sent-by':
      return sentBy(operation);
  }
}

function listed(operation: Extract<Operation, { op: 'listed' }>): Check {
  return (context) => {
    const { findings, fromListed, toListed, organs, action } = context;
    const receiver = operation.who === 'sender' || mayTakePart(toListed, organs);
    const { met, unmet } = listingFor(operation, context);
    if (mayTakePart(fromListed, organs) && receiver && action.from !== action.to) findings.add(met, 'permit');
    else findings.add(unmet, 'deny');
  };
}

function procedural(operation: Extract<Operation, { op: 'procedural' }>): Check {
  const { agreement, met, unmet, otherwise } = operation;
  return (context) => {
    const { findings, message } = context;
    if (message.procedural !== true && !isAmong(message.form, otherwise.forms)) return;
    if (reliesOn(context, agreement)) findings.add(met, 'permit');
    else if (message.procedural === true) findings.add(unmet, 'deny');
    else findings.add(otherwise.warning, 'warn');
  };
}

function form(operation: Extract<Operation, { op: 'form' }>): Check {
  return ({ findings, message: { form } }) => {
    if (!isAmong(form, operation.known)) findings.add(operation.unmet, 'deny');
    for (const { forms, met } of operation.met) if (isAmong(form, forms)) findings.add(met, 'permit');
  };
}

function offence(operation: Extract<Operation, { op: 'offence' }>): Check {
  const known = new Set(operation.known);
  return ({ findings, message, offences }) => {
    if (!offences.every((code) => known.has(code))) findings.add(operation.unmet, 'deny');
    const { wanted } = operation;
    if (wanted === null || offences.length > 0) return;
    if (isAmong(message.form, wanted.forms)) findings.add(wanted.missing, 'deny');
  };
}

/** A sovereign refusal is not stopped: a ground that the instrument lacks is a warning. */
function refusalGrounds(operation: Extract<Operation, { op: 'refusal-grounds' }>): Check {
  return ({ findings, message, from }) => {
    const { grounds, met, warning } = (isOrgan(from) ? operation.organ : null) ?? operation;
    const named = [...new Set(message.refusal?.grounds)];
    if (named.some((ground) => grounds.includes(ground))) findings.add(met, 'permit');
    if (named.length > 0 && named.every((ground) => grounds.includes(ground))) return;
    findings.add(warning, 'warn');
    findings.addAll(operation.consultations, 'warn');
  };
}

/** To the initiator, who is notified; or to a body of the same state, which some texts do not require to be listed. */
function forwarding(operation: Extract<Operation, { op: 'forwarding' }>): Check {
  return ({ findings, action, from, to, toListed }) => {
    if (action.to === action.case?.initiator && (toListed !== undefined || !operation.unlisted)) return;
    // A body that the register does not know is no authority of another state there.
    const own = to === undefined ? operation.unlisted : to.state !== undefined && to.state === from?.state;
    if (!own) findings.add(operation.unmet, 'deny');
    else if (toListed === undefined && operation.unlistedOffBus !== undefined && action.channel === 'bus') {
      findings.add(operation.unlistedOffBus, 'off-bus');
    }
  };
}

function judge(verdict: Verdict, findings: SendContext['findings']): void {
  if ('unmet' in verdict) findings.add(verdict.unmet, 'deny');
  else findings.add(verdict.warning, 'warn');
}

function sentBy(operation: Extract<Operation, { op: 'sent-by' }>): Check {
  return ({ findings, action }) => {
    if (action.case === null) return;
    const { initiator } = action.case;
    const byInitiator = action.from === initiator;
    const right =
      operation.who === 'initiator'
        ? byInitiator
        : !byInitiator && (action.to === initiator || action.message.type === 'forwarded');
    if (!right) judge(operation, findings);
  };
}
