import { type EncryptedStatementType, signStatement, type StatementContents } from '#envelope';
import { receiptJws, spoilt, type World } from '../../../libs/envelope/testing/attacks.js';
import type { ContractAttack } from '../../../libs/envelope/testing/contract-attacks.js';
import { malleated, plaintextOf } from '../../../libs/envelope/testing/crafted.js';
import {
  carrying,
  consentBy,
  sampleRelease,
  sampleRevocation,
  signedProof,
} from '../../../libs/envelope/testing/proofs.js';
import { proofReference } from '#envelope';

/**
 * Envelopes that open. Good messages are vectors too, since a reader that refuses everything would pass every attack.
 */
export type Good = [
  name: string,
  make: (world: World) => Buffer,
  details?: { readonly covers?: ContractAttack; readonly rsaToo?: true },
];

const sealed =
  (officers: readonly ('head' | 'deputy')[]): Good[1] =>
  ({ seal, kz, payload, pack }) =>
    pack(seal(kz, payload(), officers).jws);

/** A checkpoint with the entries of its stretch. */
function told(
  stretch: Pick<StatementContents['valise-checkpoint+jws'], 'start' | 'startRoot' | 'size' | 'root'>,
  entries: readonly unknown[],
): Good[1] {
  return ({ kz, by, now, pack }) => {
    const ends = { from: kz.authority, to: by.authority, ep: 1 };
    const content = { ...ends, ...stretch, seen: { ep: 1, size: 4, root: D }, internal: null, at };
    const signers = [{ ...kz.seal, role: 'seal' as const }];
    const jws = signStatement({ typ: 'valise-checkpoint+jws', content, signers, iat: now });
    return pack(jws, { plaintext: plaintextOf(jws, { entries }) });
  };
}

function stated<T extends Exclude<EncryptedStatementType, 'valise-receipt+jws' | 'valise-checkpoint+jws'>>(
  typ: T,
  content: (ends: { from: string; to: string }) => StatementContents[T],
): Good[1] {
  return ({ kz, by, now, pack }) => {
    const ends = { from: kz.authority, to: by.authority };
    const signers = [{ ...kz.seal, role: 'seal' as const }];
    return pack(signStatement({ typ, content: content(ends), signers, iat: now }));
  };
}

const D = 'A'.repeat(43);
const at = '2026-06-01T00:00:00Z';

export const GOOD: Good[] = [
  ['a message with the seal alone', sealed([]), { rsaToo: true }],
  ['a message signed by the head and sealed', sealed(['head']), { rsaToo: true }],
  ['a message signed by two officers and sealed', sealed(['head', 'deputy']), { rsaToo: true }],
  [
    'a message whose seal somebody malleated: the same message, by the same identity',
    ({ pack, sealed: { jws } }) =>
      pack(spoilt(jws, 1, { signature: malleated(jws.signatures[1]?.signature ?? '') })),
    { covers: 'malleable ECDSA' },
  ],
  [
    'a message with an attachment',
    ({ kz, seal, payload, pack }) => {
      const entry = { id: '01890a5d-ac96-774b-bcce-b302099a8059', bytes: 5, sha256: D };
      const named = { ...entry, name: 'протокол.pdf', mediaType: 'application/pdf' };
      const { jws } = seal(kz, payload({ attachments: [named] }));
      const attachmentKeys = [{ id: entry.id, key: D, chunkBytes: 65_536, bytes: 5, sha256: D }];
      return pack(jws, { plaintext: plaintextOf(jws, { attachmentKeys }) });
    },
  ],
  [
    'a message with text beyond the basic plane, and controls',
    ({ kz, seal, payload, pack }) => {
      const body = { ...payload().body, text: 'Қазақ \u{1F4BC} "\\ \u0000\u001f\u007f\u2028' };
      return pack(seal(kz, payload({ body })).jws);
    },
  ],
  ['a message with a consent', (w) => carrying(w, [consentBy(w)]), { rsaToo: true }],
  [
    'a message with a consent that covers nothing',
    (w) => carrying(w, [consentBy(w, { over: { items: [] } })]),
  ],
  [
    'a message with a release and a revocation',
    (w) => {
      const release = signedProof('valise-release+jws', sampleRelease(w), w.kz, w.now);
      const revocation = signedProof('valise-revocation+jws', sampleRevocation(w), w.am, w.now);
      const named = [
        proofReference('valise-release+jws', 'release-1', release),
        proofReference('valise-revocation+jws', 'revocation-1', revocation),
      ];
      return carrying(w, [release, revocation], named);
    },
  ],
  ['a receipt', (w) => w.pack(receiptJws(w)), { rsaToo: true }],
  ['a request to send again', stated('valise-resend+jws', (ends) => ({ ...ends, ep: 1, ns: [2, 3, 5] }))],
  ['a void', stated('valise-void+jws', (ends) => ({ ...ends, ep: 1, n: 2, D, reason: 'expired', at }))],
  [
    'a request for parts of an attachment',
    stated('valise-range+jws', (ends) => ({ ...ends, D, attachment: 'a1', first: 0, count: 16 })),
  ],
  [
    'a new epoch',
    stated('valise-epoch+jws', (ends) => ({
      ...ends,
      ep: 2,
      sent: { ep: 1, n: 50, D },
      received: null,
      re: null,
      at,
    })),
  ],
  [
    'a checkpoint beside which nothing new is told',
    told({ start: 9, startRoot: D, size: 9, root: D }, []),
  ],
  [
    'a checkpoint beside an entry of its log',
    told({ start: 9, startRoot: D, size: 10, root: 'B'.repeat(42) + 'A' }, [
      { salt: 'A'.repeat(22), content: { kind: 'voided', D, ep: 1, n: 2, at } },
    ]),
  ],
  [
    'an ask for the entries of a log',
    stated('valise-log-ask+jws', (ends) => ({ ...ends, ep: 1, have: 9, at })),
  ],
];
