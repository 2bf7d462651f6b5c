import { agreementBinds, isUnit, type AgreementKind, type CompiledRegister, type Entry } from '#treaties';
import type { Message, SendAction } from './action.js';
import type { Findings } from './decision.js';

/** What the operations of an instrument look at when a message is to be sent. */
export interface SendContext {
  readonly register: CompiledRegister;
  readonly instrument: string;
  readonly organs: boolean;
  readonly action: SendAction;
  readonly message: Message;
  readonly at: number;
  readonly offences: readonly string[];
  /** On the instrument's list that day. */
  readonly fromListed: Entry | undefined;
  readonly toListed: Entry | undefined;
  /** Listed, or else what the register knows of it. */
  readonly from: Entry | undefined;
  readonly to: Entry | undefined;
  readonly findings: Findings;
}

export type Check = (context: SendContext) => void;

/** Whether there are words at all. */
export function isStated(words: string | null): boolean {
  return words !== null && words.trim() !== '';
}

/** From a central specialised unit to another specialised unit, which need not be a central one (2018 #6.4.b). */
export function betweenSpecialisedUnits({ fromListed, toListed }: SendContext): boolean {
  return fromListed?.kind === 'central-specialised-unit' && isUnit(toListed);
}

/** Whether the message names an agreement of the register of this kind that binds both states that day. */
export function reliesOn({ register, message, from, to, at }: SendContext, kind: AgreementKind): boolean {
  const { otherTreaty } = message;
  if (otherTreaty === undefined || otherTreaty === null) return false;
  // An organ is no state that an agreement could bind.
  if (from?.state === undefined || to?.state === undefined) return false;
  return agreementBinds(register, otherTreaty, kind, [from.state, to.state], at);
}
