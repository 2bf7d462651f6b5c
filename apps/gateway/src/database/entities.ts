import {
  DraftListing,
  ExchangeCase,
  LedgerEntry,
  NumberedListing,
  Pair,
  Quarantined,
} from '../api/entities.js';
import { Attachment } from '../attachments/attachment.entity.js';
import { AccessToken } from '../identity/token.entity.js';
import { Book, BookAnnounced, BookConflict, BookHandOver, BookStatement } from '../register/entities.js';

export const ENTITIES = [
  AccessToken,
  Attachment,
  Book,
  BookAnnounced,
  BookConflict,
  BookHandOver,
  BookStatement,
  DraftListing,
  ExchangeCase,
  LedgerEntry,
  NumberedListing,
  Pair,
  Quarantined,
];
