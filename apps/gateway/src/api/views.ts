import { toBase64url, unixSeconds } from '#core';
import { officerRoles, readStoredPayload } from '#exchange';
import type { z } from 'zod';
import type { Attachment } from '../attachments/attachment.entity.js';
import { bytesThere, partsThere } from '../attachments/parts.js';
import type { ExchangeCase, Message, Receipt } from '../exchange/entities.js';
import { INTERNAL, type LedgerLeaf } from '../ledger/ledger.js';
import type { Quarantined } from '../quarantine/quarantine.js';
import type * as schemas from './schemas.js';

type View<Schema extends z.ZodType> = z.output<Schema>;
const text = (at: Date | null): string | null => at?.toISOString() ?? null;

/** Database rows as callers see them. */
export function viewMessage(row: Message): View<typeof schemas.messageView> {
  return {
    id: row.id,
    direction: row.direction,
    from: row.sender,
    to: row.recipient,
    case: row.caseId,
    type: row.type as View<typeof schemas.messageView>['type'],
    instrument: row.instrument,
    level: row.level as View<typeof schemas.messageView>['level'],
    status: row.status,
    // A row that was just made lacks what it has no value for.
    D: row.d ?? null,
    epoch: row.ep ?? null,
    n: row.n ?? null,
    createdAt: row.createdAt.toISOString(),
    // As the seal states it: to the second.
    sentAt: text(row.sentAt && new Date(unixSeconds(row.sentAt) * 1000)),
    storedAt: text(row.storedAt),
    acceptedAt: text(row.acceptedAt),
    expiresAt: row.expiresAt.toISOString(),
    rejection: row.rejection ?? null,
  };
}

export function viewMessageDetails(
  row: Message,
  attachments: readonly Attachment[],
): View<typeof schemas.messageDetails> {
  const payload = readStoredPayload(row.payload);
  const { outcome, findings, obligations } = row.decision;
  return {
    ...viewMessage(row),
    body: payload.body,
    register: payload.register,
    signatures: officerRoles(row).map((role) => ({ role })),
    decision: { outcome, findings: [...findings] as never, obligations: [...obligations] as never },
    attachments: attachments.map((attachment) => viewAttachment(attachment, row.id)),
  };
}

export function viewAttachment(row: Attachment, message: string | null): View<typeof schemas.attachmentView> {
  const { id, direction, name, mediaType, bytes, sha256, status, peer, partsTotal, failure } = row;
  return {
    id,
    direction,
    name,
    mediaType,
    bytes,
    sha256,
    status,
    message,
    peer: peer ?? null,
    progress: { partsDone: partsThere(row), partsTotal, bytesDone: bytesThere(row, bytes) },
    failure: failure ?? null,
    createdAt: row.createdAt.toISOString(),
    deletedAt: text(row.deletedAt ?? null),
  };
}

export function viewCase(row: ExchangeCase): View<typeof schemas.caseView> {
  const { id, counterpart, instrument, status, state } = row;
  return {
    id,
    counterpart,
    instrument,
    status,
    state: { ...state },
    openedAt: row.openedAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

export function viewReceipt(row: Receipt): View<typeof schemas.receiptView> {
  const { direction, messageId, d, peer, stage, code, rule, at, jws } = row;
  return {
    direction,
    message: messageId,
    D: d,
    peer,
    stage,
    code,
    rule,
    at: at.toISOString(),
    jws: { ...jws },
  };
}

export function viewLedgerEntry(row: LedgerLeaf): View<typeof schemas.ledgerView> {
  const { id, at, kind, log, content, salt, hash } = row;
  return {
    id,
    at: at.toISOString(),
    kind,
    peer: log === INTERNAL ? null : log,
    content: { ...content },
    salt: toBase64url(salt),
    hash: toBase64url(hash),
  };
}

export function viewQuarantined(row: Quarantined): View<typeof schemas.quarantineView> {
  const { id, at, lastAt, times, kind, exchange, queue, code, rule, detail, sender, sha256, bytes } = row;
  return {
    id,
    at: at.toISOString(),
    kind,
    exchange,
    queue,
    code,
    rule,
    detail,
    sender,
    sha256,
    bytes,
    times,
    lastAt: lastAt.toISOString(),
  };
}
