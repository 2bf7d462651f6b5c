import type { CompiledRegister, Entry } from '#treaties';
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

export function betweenCentralUnits(context: SendContext): boolean {
  return (
    context.fromListed?.kind === 'central-specialised-unit' &&
    context.toListed?.kind === 'central-specialised-unit'
  );
}
