import {
  boundAt,
  inForceBetween,
  isStateSecret,
  knownEntry,
  lastBound,
  listedEntry,
  wereBoundTogether,
  type CompiledRegister,
  type Entry,
  type MessageType,
  type Provision,
} from '#treaties';
import type { SendAction } from './action.js';
import { heldUnder } from './agreed.js';
import { isOn } from './among.js';
import type { SendContext } from './context.js';
import { Findings, type Decision } from './decision.js';
import { governing, type Governing } from './governing.js';
import { judgeOnward } from './information.js';
import { lawAt } from './law-at.js';
import { checksOf } from './operations.js';
import { judgeStateSecret } from './secrets.js';
import type { Sides } from './sides.js';

/** May one authority send this message to another under the instrument? */
export function decideSend(register: CompiledRegister, action: SendAction): Decision {
  const findings = new Findings(register.house);
  const at = Date.parse(action.at);
  const law = governing(register, action.instrument, at);
  if (law === undefined) {
    findings.add(register.house.noRule, 'deny');
    return findings.decision();
  }
  const { message } = action;
  const { instrument, exchange } = law;
  const parties = partiesOf(register, law, action.from, action.to, at, message.type);
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
  judgeParties(register, law, parties, at, findings);
  for (const check of checksOf(exchange, message.type)) check(context);
  if (isStateSecret(message.level)) {
    const { channel } = action;
    const releaseDecision = message.releaseDecision === true;
    judgeStateSecret(
      exchange.stateSecrets,
      { register, at, from, to, level: message.level, channel, releaseDecision },
      findings,
    );
  }
  const informationLaw = lawAt(register, at);
  judgeOnward(
    {
      law: informationLaw,
      holder: action.from,
      recipient: action.to,
      held: heldUnder(action.items ?? [], action.consents ?? [], at, informationLaw),
      level: message.level,
      derived: false,
      purpose: null,
      sent: true,
      requestOf: isPassedOn(action, from, to) ? (action.case?.initiator ?? null) : null,
    },
    findings,
  );
  return findings.decision();
}

/** A request goes to a body of the same state; one that no list names is not known to the register. */
function isPassedOn({ message }: SendAction, from: Entry | undefined, to: Entry | undefined): boolean {
  return message.type === 'forwarded' && (to === undefined || from?.state === to.state);
}

export interface Parties extends Sides {
  /** One of the two states is no longer bound, and the message concerns what was given while both were. */
  readonly continuing: Provision | undefined;
}

/** @param type of the message; null: a transfer, which is a new act and never continues anything */
export function partiesOf(
  register: CompiledRegister,
  { instrument, exchange: { continuing }, force }: Governing,
  from: string,
  to: string,
  at: number,
  type: MessageType | null,
): Parties {
  const mayContinue = type !== null && isOn(continuing.on, type);
  const listed = (id: string): Entry | undefined => {
    const today = listedEntry(register, id, instrument.id, at);
    if (today !== undefined || !mayContinue) return today;
    // A state that left has no list under the instrument any more: its last list counts.
    const state = knownEntry(register, id, at)?.state;
    if (state === undefined || boundAt(force, state, at).bound) return undefined;
    const last = lastBound(register, instrument.id, state, at);
    return last === undefined ? undefined : listedEntry(register, id, instrument.id, last);
  };
  const fromListed = listed(from);
  const toListed = listed(to);
  const one = fromListed ?? knownEntry(register, from, at);
  const other = toListed ?? knownEntry(register, to, at);
  const together = mayContinue && wereTogether(register, instrument.id, one?.state, other?.state, at);
  return { fromListed, toListed, from: one, to: other, continuing: together ? continuing.rule : undefined };
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
  return one !== undefined && wereBoundTogether(register, instrument, one, b ?? one, at);
}

/** The instrument is in force for the states of both; between organs, for anybody at all. */
export function judgeParties(
  register: CompiledRegister,
  { instrument, force }: Governing,
  { from, to, continuing }: Parties,
  at: number,
  findings: Findings,
): void {
  const a = from?.state;
  const b = to?.state;
  let bound = true;
  for (const state of [a, b]) {
    if (state === undefined) continue;
    const answer = boundAt(force, state, at);
    const effect = answer.bound ? 'permit' : continuing === undefined ? 'deny' : 'warn';
    findings.add(answer.rule, effect);
    bound &&= answer.bound;
  }
  if (!bound && continuing !== undefined) findings.add(continuing, 'permit');
  if (bound && a !== undefined && b !== undefined) {
    const pair = inForceBetween(register, instrument.id, a, b, at);
    if (pair?.bound === false) findings.add(pair.rule, 'deny');
  }
  if (a === undefined && b === undefined && (at < force.since || at >= force.ends)) {
    findings.add(instrument.binding.entry.rule, 'deny');
  }
}
