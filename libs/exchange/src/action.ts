import type { CaseState } from '#cases';
import type { Instant } from '#core';
import type { Payload } from '#envelope';
import type { Action } from '#policy';
import type { Body, MessageType } from './body.js';

export interface Signers {
  /** Roles of the officers who signed, as their certificates carry them. */
  readonly officers: readonly string[];
  /** Whose seal it is: that of the authority, or of a unit that is listed in its own right. */
  readonly seal: 'authority' | 'unit';
}

type SendAction = Extract<Action, { action: 'send' }>;

/** The one question that both ends ask `decide`: may this message go from one to the other over the bus now? */
export function sendAction(
  payload: Payload,
  body: Body,
  type: MessageType,
  signers: Signers,
  at: Instant,
  state: CaseState | null,
): SendAction {
  return {
    action: 'send',
    at,
    instrument: payload.instrument,
    from: payload.from,
    to: payload.to,
    channel: 'bus',
    message: {
      type,
      urgent: body.urgent,
      language: body.language,
      level: payload.level,
      form: body.form,
      offence: body.offences.length === 0 ? null : body.offences,
      contents: Object.keys(body.contents).sort(),
      signatures: [...signers.officers.map((by) => ({ by })), { seal: signers.seal }],
      grounds: body.grounds,
      refusal: body.refusal && {
        grounds: body.refusal.grounds,
        reasons: body.refusal.reasons !== null,
        extent: body.refusal.extent,
      },
      nexus: body.nexus,
      procedural: body.procedural,
      otherTreaty: body.otherTreaty,
      releaseDecision: false,
    },
    case: state && {
      initiator: state.initiator,
      receivedAt: state.receivedAt,
      sentAt: state.sentAt,
      confirmed: state.confirmed,
      deadline: state.deadline,
      confidentialityAsked: state.confidentialityAsked,
    },
    items: [],
    consents: [],
  } as SendAction;
}
