import { Initial1000000000001 } from './1-initial.js';
import { Attachments1000000000002 } from './2-attachments.js';
import { Epochs1000000000003 } from './3-epochs.js';
import { BookHistories1000000000004 } from './4-book-histories.js';
import { Bounds1000000000005 } from './5-bounds.js';
import { Relay1000000000006 } from './6-relay.js';
import { Tokens1000000000007 } from './7-tokens.js';
import { Shares1000000000008 } from './8-shares.js';
import { Deletion1000000000009 } from './9-deletion.js';
import { Lists1000000000010 } from './10-lists.js';
import { Judged1000000000011 } from './11-judged.js';
import { MessagePath1000000000012 } from './12-message-path.js';

/** Of a gateway's database, in their order. */
export const MIGRATIONS = [
  Initial1000000000001,
  Attachments1000000000002,
  Epochs1000000000003,
  BookHistories1000000000004,
  Bounds1000000000005,
  Relay1000000000006,
  Tokens1000000000007,
  Shares1000000000008,
  Deletion1000000000009,
  Lists1000000000010,
  Judged1000000000011,
  MessagePath1000000000012,
];
