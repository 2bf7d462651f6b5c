import { Attachment } from '../attachments/attachment.entity.js';
import { Epoch, ExchangeCase, Gap, Held, Message, OutboxRow, Pair, Receipt } from '../exchange/entities.js';
import { AccessToken } from '../identity/token.entity.js';
import { LedgerLeaf } from '../ledger/ledger.js';
import { QuarantineBody, Quarantined } from '../quarantine/quarantine.js';
import { Book, BookAnnounced, BookConflict, BookHandOver, BookStatement } from '../register/entities.js';

export const ENTITIES = [
  AccessToken,
  Attachment,
  Book,
  BookAnnounced,
  BookConflict,
  BookHandOver,
  BookStatement,
  Epoch,
  ExchangeCase,
  Gap,
  Held,
  LedgerLeaf,
  Message,
  OutboxRow,
  Pair,
  QuarantineBody,
  Quarantined,
  Receipt,
];
