import { plaintextOf } from '../../../libs/envelope/testing/crafted.js';
import { type Attack, receiptJws, spoilt, type World } from '../../../libs/envelope/testing/attacks.js';
import { sealBy } from '../../../libs/envelope/testing/offices.js';
import type { Good } from './good.js';

/** So many messages of one sequence, in their order. */
function messages({ kz, payload, now }: World, count: number): string[] {
  let prev: string | null = null;
  return Array.from({ length: count }, (_, index) => {
    const id = `01890a5d-ac96-774b-bcce-b302099a${(0x8057 + index).toString(16)}`;
    const { jws, D } = sealBy(kz, payload({ id }), ['head'], now, { ep: 1, n: index + 1, prev });
    prev = D;
    return plaintextOf(jws);
  });
}

function together({ pack }: World, contents: readonly string[]): Buffer {
  return pack(null, { plaintext: `[${contents.join(',')}]` });
}

export const GOOD_TOGETHER: Good[] = [
  ['two messages in one envelope', (w) => together(w, messages(w, 2)), { rsaToo: true }],
  ['sixteen messages in one envelope', (w) => together(w, messages(w, 16))],
];

/** Messages that share an envelope, and what must not. */
export const ON_SHARING: Attack[] = [
  ['seventeen messages', 'ENVELOPE_FORMAT', (w) => together(w, messages(w, 17))],
  ['one message in an array', 'ENVELOPE_FORMAT', (w) => together(w, messages(w, 1))],
  ['no message in an array', 'ENVELOPE_FORMAT', (w) => together(w, [])],
  [
    'messages of more than 256 KiB together',
    'ENVELOPE_SIZE',
    (w) => {
      const { jws } = w.seal(w.kz, w.payload({ body: { text: 'x'.repeat(100_000) } }));
      return together(w, [plaintextOf(jws), plaintextOf(jws)]);
    },
  ],
  [
    'a statement beside a message',
    'ENVELOPE_FORMAT',
    (w) => together(w, [...messages(w, 1), plaintextOf(receiptJws(w))]),
  ],
  [
    'a message whose signature is bad, beside one whose is not',
    'ENVELOPE_SIGNATURE',
    (w) => {
      const bad = spoilt(w.sealed.jws, 1, { signature: 'A'.repeat(86) });
      return together(w, [plaintextOf(bad), ...messages(w, 1)]);
    },
  ],
  [
    'a message for somebody else, beside one that is not',
    'ENVELOPE_BINDING',
    (w) => together(w, [...messages(w, 1), plaintextOf(w.seal(w.kz, w.payload({ to: 'am-nss' })).jws)]),
  ],
  [
    'entries of a log beside a message',
    'ENVELOPE_FORMAT',
    ({ sealed: { jws }, pack }) => pack(jws, { plaintext: plaintextOf(jws, { entries: [] }) }),
  ],
  [
    'a receipt beside entries of a log',
    'ENVELOPE_FORMAT',
    (w) => w.pack(null, { plaintext: plaintextOf(receiptJws(w), { entries: [] }) }),
  ],
];
