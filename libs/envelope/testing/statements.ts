import type {
  Accreditation,
  Arrangement,
  BookStatement,
  Checkpoint,
  EpochStatement,
  InternalHead,
  LogAsk,
  Range,
  Receipt,
  Resend,
  StatementContents,
  Void,
} from '../src/index.js';
import { sampleConsent, sampleRelease, sampleRevocation } from './proofs.js';

const D = 'A'.repeat(43);
const AT = '2026-06-01T00:00:00Z';
const WAY = { from: 'kz-knb', to: 'by-mvd', ep: 1 } as const;

/** Of kz, to a message of by. */
export const sampleReceipt: Receipt = {
  id: '01890a5d-ac96-774b-bcce-b302099a8057',
  D,
  by: 'kz-knb',
  to: 'by-mvd',
  ep: 1,
  n: 1,
  stage: 'stored',
  at: AT,
  checkpoint: null,
};
const resend: Resend = { ...WAY, ns: [1, 2, 4] };
const gap: Void = { ...WAY, n: 3, D, reason: 'Отозвано (пример).', at: AT };
const range: Range = { from: 'kz-knb', to: 'by-mvd', D, attachment: 'a1', first: 0, count: 16 };
const place = { ep: 1, n: 50, D };
/** A new epoch of kz after a restore. */
export const sampleEpoch: EpochStatement = {
  from: 'kz-knb',
  to: 'by-mvd',
  ep: 2,
  sent: place,
  received: null,
  re: null,
  at: AT,
};
export const sampleArrangement: Arrangement = {
  id: 'kz-by-1',
  version: 1,
  instrument: 'cis-it-crime-2018',
  between: ['kz-knb', 'by-mvd'],
  from: '2026-01-01',
  until: null,
  electronicForm: true,
};
const accreditation: Accreditation = {
  id: 'kz-by-2',
  version: 1,
  between: ['kz-knb', 'by-mvd'],
  under: 'cis-secrecy-2004',
  upTo: 'secret',
  from: '2026-01-01',
  until: '2027-01-01T00:00:00Z',
};
/** MTH({}) of RFC 9162. */
const NO_ENTRIES = '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU';
const checkpoint: Checkpoint = {
  ...WAY,
  start: 0,
  startRoot: NO_ENTRIES,
  size: 2,
  root: D,
  seen: { ep: 1, size: 7, root: D },
  internal: null,
  at: AT,
};
const logAsk: LogAsk = { ...WAY, have: 5, at: AT };
const internal: InternalHead = { by: 'kz-knb', size: 9, root: D, salt: 'AAAAAAAAAAAAAAAAAAAAAA', at: AT };
const bookStatement: BookStatement = { book: 'list:KZ', version: 4, hash: D, at: AT };
const authorities = { kz: { authority: 'kz-knb' }, by: { authority: 'by-mvd' }, am: { authority: 'am-nss' } };

/** A good one of each type, as kz makes it; proofs that am gives kz, and a release by kz. */
export const SAMPLES: StatementContents = {
  'valise-receipt+jws': sampleReceipt,
  'valise-resend+jws': resend,
  'valise-void+jws': gap,
  'valise-range+jws': range,
  'valise-epoch+jws': sampleEpoch,
  'valise-checkpoint+jws': checkpoint,
  'valise-log-ask+jws': logAsk,
  'valise-internal+jws': internal,
  'valise-consent+jws': sampleConsent(authorities),
  'valise-release+jws': sampleRelease(authorities),
  'valise-revocation+jws': sampleRevocation(authorities),
  'valise-arrangement+jws': sampleArrangement,
  'valise-accreditation+jws': accreditation,
  'valise-book-statement+jws': bookStatement,
};
