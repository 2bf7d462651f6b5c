import { fileName, mediaType } from '#envelope';
import { bodySchema, instant, messageType, STATUSES } from '#exchange';
import { AGREEMENT_KINDS, LEVELS } from '#treaties';
import { z } from 'zod';
import { listOf, listQuery } from './lists.js';
import { ATTACHMENT_STATUSES } from '../attachments/attachment.entity.js';

/** Bounds of what callers send; each is in the documentation and in the error that it makes. */
const ATTACHMENTS_MAX = 16;
const ID_LENGTH_MAX = 60;
/** Before a message has its number: `awaiting-signature` (→ `discarded`). Then those of libs/exchange. */
const MESSAGE_STATUSES = ['awaiting-signature', 'discarded', ...STATUSES] as const;

/** In the one spelling that the format has: the other side takes no capitals. */
export const uuid = z.uuid().toLowerCase();
export const authorityId = z
  .string()
  .min(1)
  .max(ID_LENGTH_MAX)
  .regex(/^[a-z0-9][a-z0-9._:-]*$/, 'an authority’s identifier, for example kz-knb');
/** One line of text for people to tell things apart by. */
export const label = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, 'text without control characters');
/** A book as it was: a version, and the hash of its content. */
const bookReference = z.object({ version: z.number(), hash: z.string() });
export const bookReferences = z.record(z.string(), bookReference);
export const at = z.string().describe('ISO 8601, UTC');
const isComing = (text: string): boolean => Date.parse(text) > Date.now();
/** A time in the past is a mistake of the caller. */
export const comingInstant = instant.refine(isComing, 'must be in the future');
const findings = z.array(
  z.looseObject({
    rule: z.string(),
    effect: z.string(),
    text: z.object({ ru: z.string(), kk: z.string(), en: z.string() }),
  }),
);

export const newMessage = z
  .strictObject({
    instrument: z.string().min(1).max(60).describe('for example cis-it-crime-2018'),
    to: authorityId,
    type: messageType,
    case: uuid.optional().describe('absent: the message opens a case'),
    re: uuid.optional().describe('the message of the case that this one answers'),
    level: z.enum(LEVELS).default('open'),
    body: bodySchema,
    attachments: z
      .array(uuid)
      .max(ATTACHMENTS_MAX)
      .default([])
      .refine((ids) => new Set(ids).size === ids.length, 'each at most once'),
  })
  .refine(({ body }) => body.deadline === null || isComing(body.deadline), {
    path: ['body', 'deadline'],
    message: 'must be in the future',
  })
  .meta({ id: 'NewMessage' });

export const signature = z
  .strictObject({ protected: z.string().min(1).max(8192), signature: z.string().min(1).max(1024) })
  .describe('an officer’s JWS signature over the message’s payload, made outside the gateway (`valise sign`)')
  .meta({ id: 'OfficerSignature' });

export const messageView = z
  .object({
    id: uuid,
    direction: z.enum(['in', 'out']),
    from: z.string(),
    to: z.string(),
    case: uuid,
    type: messageType,
    instrument: z.string(),
    level: z.enum(LEVELS),
    status: z.enum(MESSAGE_STATUSES),
    D: z.string().nullable().describe('the message’s identity, which receipts cite'),
    epoch: z.number().nullable(),
    n: z.number().nullable(),
    createdAt: at,
    sentAt: at.nullable(),
    storedAt: at.nullable(),
    acceptedAt: at.nullable(),
    expiresAt: at,
    rejection: z
      .object({ code: z.string(), rule: z.string().exactOptional(), detail: z.string() })
      .nullable(),
  })
  .meta({ id: 'Message' });

export const attachmentView = z
  .object({
    id: uuid,
    direction: z.enum(['in', 'out']),
    name: z.string(),
    mediaType: z.string(),
    bytes: z.number(),
    sha256: z.string().describe('base64url, of the plaintext'),
    status: z.enum(ATTACHMENT_STATUSES),
    message: uuid.nullable().describe('the message that names it'),
    peer: z.string().nullable().describe('the other authority of that message'),
    progress: z.object({ partsDone: z.number(), partsTotal: z.number(), bytesDone: z.number() }),
    failure: z.string().nullable().describe('why it failed, or what delays it'),
    createdAt: at,
    deletedAt: at.nullable().describe('since when its bytes are gone'),
  })
  .meta({ id: 'Attachment' });

export const messageDetails = messageView
  .extend({
    body: z.looseObject({}),
    register: bookReferences.describe('the books that the sender decided on'),
    signatures: z.array(z.object({ role: z.string() })),
    decision: z.object({ outcome: z.string(), findings, obligations: z.array(z.looseObject({})) }),
    attachments: z.array(attachmentView),
  })
  .meta({ id: 'MessageDetails' });

export const signingInput = z
  .object({
    id: uuid,
    canonical: z.string().describe('the text that is signed, RFC 8785'),
    payload: z.string().describe('its bytes, base64url'),
  })
  .meta({ id: 'SigningInput' });

export const caseView = z
  .object({
    id: uuid,
    counterpart: z.string(),
    instrument: z.string(),
    status: z.string(),
    state: z.looseObject({}),
    openedAt: at,
    updatedAt: at,
  })
  .meta({ id: 'Case' });

export const receiptView = z
  .object({
    direction: z.enum(['given', 'received']),
    message: uuid,
    D: z.string(),
    peer: z.string(),
    stage: z.enum(['stored', 'accepted', 'rejected']).describe('`accepted` implies `stored`'),
    code: z.string().nullable(),
    rule: z.string().nullable(),
    at,
    receipt: z
      .looseObject({})
      .nullable()
      .describe(
        'one that was received: the entry of the other side’s log, cut out with its proof, as `valise receipt verify` reads it; null of one that was given, and of one whose checkpoint has not come yet',
      ),
    jws: z
      .looseObject({})
      .nullable()
      .describe('one of before the logs, as it was signed; null of all others'),
  })
  .meta({ id: 'Receipt' });

export const quarantineView = z
  .object({
    id: z.string(),
    at,
    kind: z.string().describe('`message`: one that was stored first, and refused later'),
    exchange: z.string().nullable(),
    queue: z.string().nullable(),
    code: z.string(),
    rule: z.string().nullable(),
    detail: z.string(),
    sender: z.looseObject({}).nullable(),
    message: uuid.nullable().describe('a message that is stored whole'),
    bytes: z.number().nullable(),
    sha256: z.string().nullable(),
    times: z.number().describe('how often the same bytes came'),
    lastAt: at,
  })
  .meta({ id: 'Quarantined' });

export const ledgerView = z
  .object({
    id: z.string(),
    at: at.nullable(),
    kind: z
      .string()
      .describe('for example `sent`, `received`, `decision`, `access`; `erased`: its content is gone'),
    peer: z
      .string()
      .nullable()
      .describe('the other authority, whose log it is in; null for the internal log'),
    epoch: z.number().describe('of that log; 0 of what was there before the logs'),
    index: z.number().describe('in that log'),
    content: z.looseObject({}).describe('what happened; identifiers and codes, never the body of a message'),
    salt: z.string().nullable().describe('base64url'),
    hash: z
      .string()
      .describe('base64url, SHA-256 of a zero byte, the salt and the content as RFC 8785 writes it'),
  })
  .meta({ id: 'LedgerEntry' });

export const pairView = z
  .object({
    own: z.string(),
    peer: z.string(),
    sent: z.object({
      epoch: z.number(),
      n: z.number(),
      lost: z
        .object({ from: z.number(), to: z.number() })
        .nullable()
        .describe(
          'numbers of ours before the last restore that the other side has and the backup did not have',
        ),
    }),
    received: z.object({ epoch: z.number(), n: z.number(), duplicates: z.number(), gaps: z.number() }),
  })
  .meta({ id: 'Pair' });

export const bookConflictView = z
  .object({
    id: z.string(),
    book: z.string(),
    theirs: bookReference,
    ours: bookReference.describe(
      'what it contradicts: the same number, or the version that it does not extend',
    ),
    proven: z.boolean().describe('both are signed by the keeper; else a peer’s message named the other one'),
    shownBy: z.string().nullable().describe('the node that showed it'),
    firstAt: at,
    lastAt: at,
    times: z.number(),
  })
  .meta({ id: 'BookConflict' });
export const bookConflictProof = bookConflictView
  .extend({ theirText: z.string().nullable(), ourText: z.string().nullable() })
  .meta({ id: 'BookConflictProof' });

export const bookView = z
  .object({
    book: z.string(),
    version: z.number(),
    hash: z.string(),
    signedAt: at,
    receivedAt: at,
    receivedFrom: z.string(),
    freshAt: at,
    stale: z.boolean(),
  })
  .meta({ id: 'BookSummary' });

export const authorityView = z
  .object({
    id: z.string(),
    names: z.object({ ru: z.string(), kk: z.string(), en: z.string() }),
    node: z.string(),
    book: z.string(),
    kind: z.string(),
    unitOf: z.string().nullable().describe('the authority of the same list that it is a unit of'),
    instruments: z.array(z.string()),
    sample: z.boolean(),
  })
  .meta({ id: 'ListedAuthority' });

export const agreementView = z
  .object({
    id: z.string().describe('what `otherTreaty` of a message names'),
    book: z.string(),
    kind: z.enum(AGREEMENT_KINDS),
    between: z.array(z.string()),
    from: z.string(),
    until: z.string().nullable(),
  })
  .meta({ id: 'RecordedAgreement' });

const peer = authorityId.optional().describe('the other authority');
const direction = z.enum(['in', 'out']).optional();
const named = z
  .string()
  .max(60)
  .regex(/^[A-Za-z0-9_-]+$/);
export const messagesQuery = listQuery.extend({
  direction,
  peer,
  case: uuid.optional(),
  status: z.enum(MESSAGE_STATUSES).optional(),
  type: messageType.optional(),
  instrument: named.optional(),
});
export const casesQuery = listQuery.extend({ peer, status: named.optional(), instrument: named.optional() });
export const attachmentsQuery = listQuery.extend({
  direction,
  peer,
  status: z.enum(ATTACHMENT_STATUSES).optional(),
  mediaType: z.string().trim().toLowerCase().pipe(mediaType).optional(),
});
export const receiptsQuery = z.strictObject({
  message: uuid.describe('the message that they are for'),
  direction: z.enum(['given', 'received']).optional(),
});
export const quarantineQuery = listQuery.extend({
  node: named.optional().describe('the node that it came from'),
  code: named.optional(),
  kind: named.optional(),
});
export const ledgerQuery = listQuery.extend({ peer, kind: named.optional() });
/** As the message will carry it: a name that no message could carry is refused before the upload. */
export const uploadQuery = z.strictObject({
  name: z.string().trim().pipe(fileName),
  mediaType: z.string().trim().toLowerCase().pipe(mediaType).default('application/octet-stream'),
});

export const messagePage = listOf(messageView).meta({ id: 'MessagePage' });
export const ledgerPage = listOf(ledgerView).meta({ id: 'LedgerPage' });
export const attachmentPage = listOf(attachmentView).meta({ id: 'AttachmentPage' });
export const casePage = listOf(caseView).meta({ id: 'CasePage' });
export const receipts = z.object({ items: z.array(receiptView) }).meta({ id: 'Receipts' });
export const quarantinePage = listOf(quarantineView).meta({ id: 'QuarantinePage' });
