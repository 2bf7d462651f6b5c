import { ValiseError } from '#core';
import type { MessageType } from '#exchange';
import type { Principal } from '#service';

/**
 * What a system may send by itself: information, what asks for it, and what says how far it is. Everything else a treaty leaves to the
 * decision of people (refusals, postponements, conditions and answers to them, consents, confidentiality, attendance, forwarding, withdrawal,
 * costs, recall and restriction), and a new type is theirs until it stands here.
 */
const BY_SYSTEMS: readonly MessageType[] = [
  'request',
  'standing-request',
  'confirmation',
  'spontaneous',
  'result',
  'additional-information-request',
  'additional-information',
  'obstacle',
  'consultation',
  'reminder',
];

/** What has no meaning without a signed proof beside it, which the HTTP interface does not take yet. */
const BY_PROOF: Partial<Record<MessageType, string>> = {
  'consent-answer': 'a signed consent',
  'consent-revocation': 'a signed revocation',
  restriction: 'a restriction signed by two officers',
  recall: 'a recall signed by two officers',
};

/** Whether a message of this type can be sent over HTTP at all. */
export const isCarriedOverHttp = (type: MessageType): boolean => BY_PROOF[type] === undefined;

/** @throws ValiseError FORBIDDEN, MESSAGE_TYPE_UNSUPPORTED */
export function requireMaySend({ role }: Principal, type: MessageType): void {
  const proof = BY_PROOF[type];
  if (proof !== undefined)
    throw new ValiseError(
      'MESSAGE_TYPE_UNSUPPORTED',
      `type: the message ${type} carries ${proof} (docs/protocol/envelope.md, section 7.1), which is not accepted over HTTP yet`,
      { path: 'type', remedy: 'give it on paper until then' },
    );
  if (role === 'system' && !BY_SYSTEMS.includes(type))
    throw new ValiseError(
      'FORBIDDEN',
      `type: the message ${type} is for people to decide on, not for a system`,
      {
        path: 'type',
        remedy: 'an officer sends it',
      },
    );
}
