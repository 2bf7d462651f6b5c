import { agreementBinds, isUnit, type AgreementKind, type CompiledRegister, type Pairing } from '#treaties';
import type { Message, SendAction } from './action.js';
import type { Findings } from './decision.js';
import type { Sides } from './sides.js';

/** What the operations of an instrument look at when a message is to be sent. */
export interface SendContext extends Sides {
  readonly register: CompiledRegister;
  readonly instrument: string;
  readonly organs: boolean;
  readonly action: SendAction;
  readonly message: Message;
  readonly at: number;
  readonly offences: readonly string[];
  readonly findings: Findings;
}

export type Check = (context: SendContext) => void;

/** Whether there are words at all. */
export function isStated(words: string | null): boolean {
  return words !== null && words.trim() !== '';
}

/** Who of the two are units (2018 #6.4: from a central specialised unit to another unit, which need not be central). */
export function pairingOf({ fromListed, toListed }: SendContext): Pairing {
  const central = fromListed?.kind === 'central-specialised-unit';
  if (central && toListed?.kind === 'central-specialised-unit') return 'central-units';
  if (central && isUnit(toListed)) return 'central-to-unit';
  return isUnit(fromListed) || isUnit(toListed) ? 'mixed' : 'authorities';
}

/** Whether the message names an agreement of the register of this kind that binds both states that day. */
export function reliesOn({ register, message, from, to, at }: SendContext, kind: AgreementKind): boolean {
  const { otherTreaty = null } = message;
  // An organ is not a state that an agreement could bind.
  return otherTreaty !== null && agreementBinds(register, otherTreaty, kind, [from?.state, to?.state], at);
}
