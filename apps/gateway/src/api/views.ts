import { toBase64url, unixSeconds } from '#core';
import { officerRoles, readStoredPayload } from '#exchange';
import type { z } from 'zod';
import type { Attachment } from '../attachments/attachment.entity.js';
import { bytesThere, partsThere } from '../attachments/parts.js';
import type { ListedMessage } from '../rows/listing.js';
import type { ExchangeCase, LedgerEntry, Quarantined } from './entities.js';
import { findingsOf } from './findings.js';
import type { StoredMessage } from './messages.js';
import type { FoundReceipt } from './receipts.js';
import type * as schemas from './schemas.js';

type View<Schema extends z.ZodType> = z.output<Schema>;
const text = (at: Date | null): string | null => at?.toISOString() ?? null;

/** Database rows as callers see them. */
export function viewMessage(row: ListedMessage): View<typeof schemas.messageView> {
  return {
    id: row.id,
    direction: row.direction,
    from: row.sender,
    to: row.recipient,
    case: row.caseId,
    type: row.type as View<typeof schemas.messageView>['type'],
    instrument: row.instrument,
    level: row.level as View<typeof schemas.messageView>['level'],
    status: row.status as View<typeof schemas.messageView>['status'],
    D: row.d,
    epoch: row.ep,
    n: row.n,
    createdAt: row.createdAt.toISOString(),
    // As the seal states it: to the second.
    sentAt: text(row.sentAt && new Date(unixSeconds(row.sentAt) * 1000)),
    storedAt: text(row.storedAt),
    acceptedAt: text(row.acceptedAt),
    expiresAt: row.expiresAt.toISOString(),
    rejection: row.rejection,
  };
}

export function viewMessageDetails(
  { row, payload: bytes, officers, decision }: StoredMessage,
  attachments: readonly Attachment[],
): View<typeof schemas.messageDetails> {
  const payload = readStoredPayload(bytes);
  return {
    ...viewMessage(row),
    body: payload.body,
    register: payload.register,
    signatures: officerRoles({ officers }).map((role) => ({ role })),
    decision: {
      outcome: decision?.outcome ?? 'deny',
      findings: decision ? findingsOf(decision, row) : [],
      obligations: decision ? decision.obligations.map((obligation) => ({ ...obligation })) : [],
    },
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

export function viewReceipt(found: FoundReceipt): View<typeof schemas.receiptView> {
  const { receipt, jws } = found;
  return {
    ...found,
    at: found.at.toISOString(),
    receipt: receipt && { ...receipt },
    jws: jws && { ...jws },
  };
}

/** @param message the identifier of a message that is stored whole */
export function viewQuarantined(
  row: Quarantined,
  message: string | null,
): View<typeof schemas.quarantineView> {
  const { seq, at, lastAt, times, kind, code, rule, detail, sender, body } = row;
  return {
    id: seq,
    at: at.toISOString(),
    kind: kind ?? 'message',
    exchange: body?.exchange ?? null,
    queue: body?.queue ?? null,
    code,
    rule,
    detail,
    sender: sender && { ...sender },
    message,
    sha256: body?.sha256 ?? null,
    bytes: body?.bytes ?? null,
    times,
    lastAt: lastAt.toISOString(),
  };
}

export function viewLedgerEntry(row: LedgerEntry): View<typeof schemas.ledgerView> {
  const { seq, ep, idx, at, kind, peer, content, salt, hash } = row;
  return {
    id: seq,
    at: text(at),
    kind,
    peer,
    epoch: ep,
    index: idx,
    content: { ...content },
    salt: salt && toBase64url(salt),
    hash: toBase64url(hash),
  };
}
