import { payloadBytes, type AttachmentEntry, type JwsSignature, type Payload } from '#envelope';
import { actOf, bodySchema, type MessageType, type Outgoing } from '#exchange';
import type { Certificate } from '#trust';
import { type Random, uuidOf } from './random.js';

const OPENING: readonly MessageType[] = ['request', 'request', 'spontaneous'];
const LATER: readonly MessageType[] = [
  ...(['result', 'result', 'refusal', 'postponement', 'obstacle', 'withdrawal', 'consultation'] as const),
  ...([
    'additional-information-request',
    'additional-information',
    'conditions',
    'conditions-answer',
  ] as const),
  ...(['confidentiality-notice', 'confidentiality-answer', 'reminder', 'feedback'] as const),
];

/** A message that an officer might write; whether it may be sent is not for the officer to say. */
export function letter(
  random: Random,
  about: {
    readonly name: string;
    readonly own: string;
    readonly peer: string;
    /** Of cases of the two; a new one otherwise. */
    readonly cases: readonly string[];
    /** Ids of messages of the case, to answer one of. */
    readonly answerable: (caseId: string) => readonly string[];
    readonly certificate: Certificate;
    /** Unix milliseconds. */
    readonly at: number;
    readonly attachments: readonly AttachmentEntry[];
  },
): Outgoing {
  const { own, peer, at, name } = about;
  const id = uuidOf(name, at);
  const isOpening = about.cases.length === 0 || random.chance(0.4);
  const type = random.pick(isOpening ? OPENING : LATER);
  const caseId = isOpening ? id : random.pick(about.cases);
  const ids = isOpening ? [] : about.answerable(caseId);
  const body = bodySchema.parse({
    language: 'ru',
    form: '5.b',
    offences: ['3.1.a'],
    contents: Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'g'].map((item) => [`6.3.${item}`, name])),
    text: random.pick([name, 'a\0b', 'x']),
    grounds: 'of interest to the investigation',
    nexus: 'citizen',
    extent: type === 'result' ? random.pick(['partial', 'final']) : null,
    agreed: type.endsWith('-answer') ? random.chance(0.7) : null,
    refusal:
      type === 'refusal'
        ? { grounds: ['sovereignty'], reasons: 'a reason', extent: random.pick(['full', 'partial']) }
        : null,
    urgent: random.chance(0.1),
    confidential: random.chance(0.2),
  });
  const payload: Payload = {
    v: 1,
    id,
    from: own,
    to: peer,
    act: actOf(type),
    case: caseId,
    ...(ids.length > 0 && random.chance(0.3) && { re: random.pick(ids) }),
    instrument: 'cis-it-crime-2018',
    register: {},
    exp: Math.floor(at / 1000) + (random.chance(0.05) ? 60 : 86_400),
    level: 'open',
    body,
    attachments: about.attachments,
  };
  const officer: JwsSignature = {
    protected: encoded({ kid: `head of ${own}`, role: 'head' }),
    signature: encoded(name),
  };
  return {
    payload,
    payloadBytes: payloadBytes(payload),
    body,
    type,
    officers: [officer],
    roles: ['head'],
    certificate: about.certificate,
    createdBy: null,
    createdAt: at,
  };
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
