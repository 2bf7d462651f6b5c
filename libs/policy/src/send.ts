import {
  inForce,
  forceAt,
  inForceBetween,
  instrumentAt,
  isStateSecret,
  knownEntry,
  listedEntry,
  type CompiledRegister,
  type Entry,
  type Instrument,
} from '#treaties';
import type { SendAction } from './action.js';
import type { SendContext } from './context.js';
import { Findings, type Decision } from './decision.js';
import { judgeOnward } from './information.js';
import { checksOf } from './operations.js';
import { judgeStateSecret } from './secrets.js';

/** May one authority send this message to another under the instrument? */
export function decideSend(register: CompiledRegister, action: SendAction): Decision {
  const findings = new Findings(register.house);
  const at = Date.parse(action.at);
  const instrument = instrumentAt(register, action.instrument, at);
  if (!instrument?.exchange) {
    findings.add(register.house.noRule, 'deny');
    return findings.decision();
  }
  const { message } = action;
  const fromListed = listedEntry(register, action.from, action.instrument, at);
  const toListed = listedEntry(register, action.to, action.instrument, at);
  const from = fromListed ?? knownEntry(register, action.from, at);
  const to = toListed ?? knownEntry(register, action.to, at);
  const offences =
    message.offence === null ? [] : typeof message.offence === 'string' ? [message.offence] : message.offence;
  const context: SendContext = {
    register,
    instrument: instrument.id,
    organs: instrument.organs,
    action,
    message,
    at,
    offences,
    fromListed,
    toListed,
    from,
    to,
    findings,
  };
  judgeParties(register, instrument, from, to, at, findings);
  for (const check of checksOf(instrument).get(message.type) ?? []) check(context);
  if (isStateSecret(message.level)) {
    const { channel } = action;
    const releaseDecision = message.releaseDecision === true;
    judgeStateSecret(
      instrument.exchange.stateSecrets,
      { register, at, from, to, level: message.level, channel, releaseDecision },
      findings,
    );
  }
  if (action.items && action.items.length > 0) {
    const consents = action.consents ?? [];
    judgeOnward(
      {
        register,
        at,
        holder: action.from,
        recipient: action.to,
        items: action.items,
        consents,
        level: message.level,
        derived: false,
        purpose: null,
        sent: true,
        requestOf: message.type === 'forwarded' && from?.state === to?.state ? initiatorOf(action) : null,
      },
      findings,
    );
  }
  return findings.decision();
}

function initiatorOf({ case: opened }: SendAction): string | null {
  return opened?.initiator ?? null;
}

/** The instrument is in force for the states of both; between organs, for anybody at all. */
export function judgeParties(
  register: CompiledRegister,
  instrument: Instrument,
  from: Entry | undefined,
  to: Entry | undefined,
  at: number,
  findings: Findings,
): void {
  const a = from?.state;
  const b = to?.state;
  let bound = true;
  for (const state of a === b ? [a] : [a, b]) {
    const answer = state === undefined ? undefined : inForce(register, instrument.id, state, at);
    if (answer === undefined) continue;
    findings.add(answer.rule, answer.bound ? 'permit' : 'deny');
    bound &&= answer.bound;
  }
  if (bound && a !== undefined && b !== undefined && instrument.binding.replacedBy !== null) {
    const pair = inForceBetween(register, instrument.id, a, b, at);
    if (pair?.bound === false) findings.add(pair.rule, 'deny');
  }
  const force = forceAt(register, instrument.id, at);
  if (a === undefined && b === undefined && (!force || at < force.since || at >= force.ends)) {
    findings.add(instrument.binding.entry.rule, 'deny');
  }
}
