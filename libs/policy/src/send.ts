import {
  forceAt,
  inForce,
  inForceBetween,
  instrumentAt,
  isStateSecret,
  knownEntry,
  lastBound,
  listedEntry,
  wereBoundTogether,
  type CompiledRegister,
  type Entry,
  type Instrument,
  type MessageType,
  type Provision,
  type Types,
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
  const parties = partiesOf(register, instrument, action.from, action.to, at, message.type);
  const { fromListed, toListed, from, to } = parties;
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
  judgeParties(register, instrument, parties, at, findings);
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
        requestOf: isPassedOn(action, from, to) ? (action.case?.initiator ?? null) : null,
      },
      findings,
    );
  }
  return findings.decision();
}

/** A request goes to a body of the same state; one that no list names is not known to the register. */
function isPassedOn({ message }: SendAction, from: Entry | undefined, to: Entry | undefined): boolean {
  return message.type === 'forwarded' && (to === undefined || from?.state === to.state);
}

/** Who the two are, as the register has them. */
export interface Parties {
  /** On the instrument's list that day. */
  readonly fromListed: Entry | undefined;
  readonly toListed: Entry | undefined;
  /** Listed, or else what the register knows of it. */
  readonly from: Entry | undefined;
  readonly to: Entry | undefined;
  /** One of the two states is no longer bound, and the message concerns what was given while both were. */
  readonly continuing: Provision | undefined;
}

/** @param type of the message; null: a transfer, which is a new act and never continues anything */
export function partiesOf(
  register: CompiledRegister,
  instrument: Instrument,
  from: string,
  to: string,
  at: number,
  type: MessageType | null,
): Parties {
  const continuing = instrument.exchange?.continuing;
  const mayContinue = type !== null && continuing !== undefined && isOn(continuing.on, type);
  const listed = (id: string): Entry | undefined => {
    const today = listedEntry(register, id, instrument.id, at);
    if (today !== undefined || !mayContinue) return today;
    // A state that left has no list under the instrument any more: its last list counts.
    const state = knownEntry(register, id, at)?.state;
    const last = state === undefined ? undefined : lastBound(register, instrument.id, state, at);
    const left = last !== undefined && inForce(register, instrument.id, state ?? '', at)?.bound === false;
    return left ? listedEntry(register, id, instrument.id, last) : undefined;
  };
  const fromListed = listed(from);
  const toListed = listed(to);
  const one = fromListed ?? knownEntry(register, from, at);
  const other = toListed ?? knownEntry(register, to, at);
  const together = mayContinue && wereTogether(register, instrument.id, one?.state, other?.state, at);
  return { fromListed, toListed, from: one, to: other, continuing: together ? continuing.rule : undefined };
}

function isOn(types: Types, type: MessageType): boolean {
  return types === 'all' || types.includes(type);
}

/** Bound at one time, which is over for one of them or for both; an organ is bound by nothing. */
function wereTogether(
  register: CompiledRegister,
  instrument: string,
  a: string | undefined,
  b: string | undefined,
  at: number,
): boolean {
  const one = a ?? b;
  const other = b ?? a;
  if (one === undefined || other === undefined) return false;
  return wereBoundTogether(register, instrument, one, other, at);
}

/** The instrument is in force for the states of both; between organs, for anybody at all. */
export function judgeParties(
  register: CompiledRegister,
  instrument: Instrument,
  { from, to, continuing }: Parties,
  at: number,
  findings: Findings,
): void {
  const a = from?.state;
  const b = to?.state;
  let bound = true;
  for (const state of a === b ? [a] : [a, b]) {
    const answer = state === undefined ? undefined : inForce(register, instrument.id, state, at);
    if (answer === undefined) continue;
    const effect = answer.bound ? 'permit' : continuing === undefined ? 'deny' : 'warn';
    findings.add(answer.rule, effect);
    bound &&= answer.bound;
  }
  if (!bound && continuing !== undefined) findings.add(continuing, 'permit');
  if (bound && a !== undefined && b !== undefined && instrument.binding.replacedBy !== null) {
    const pair = inForceBetween(register, instrument.id, a, b, at);
    if (pair?.bound === false) findings.add(pair.rule, 'deny');
  }
  const force = forceAt(register, instrument.id, at);
  if (a === undefined && b === undefined && (!force || at < force.since || at >= force.ends)) {
    findings.add(instrument.binding.entry.rule, 'deny');
  }
}
