import { RootChains } from '#envelope';
import type { Certificate } from '#trust';
import {
  AT,
  keeperBelow,
  newKeeper,
  newRoot,
  revocationList,
  signedList,
  signedStatement,
} from '../testing/keepers.js';
import { earlierBook, earlierStatement } from './earlier.js';
import { readBook, type ReadingContext } from './reading.js';

const context: ReadingContext = {
  anchorOf: () => undefined,
  pathOf: () => ({ intermediates: [], crls: [] }),
  resolve: () => ({ ok: false, code: 'CERTIFICATE_UNKNOWN', detail: 'nobody is listed' }),
  own: ['kz-knb'],
  at: new Date(),
};
/** docs/protocol/register.md */
const BYTES_MAX = 1_048_576;

/** What claims to be a book of this type, with so many bytes. */
function book(typ: string, bytes: number, filling = 'x'): string {
  const claimed = Buffer.from(JSON.stringify({ typ })).toString('base64url');
  const text = (payload: string) =>
    JSON.stringify({ payload, signatures: [{ protected: claimed, signature: '' }] });
  const room = bytes - Buffer.byteLength(text(''));
  const whole = filling.repeat(Math.floor(room / Buffer.byteLength(filling)));
  return text(whole.padEnd(whole.length + room - Buffer.byteLength(whole), 'x'));
}
const detailOf = (text: string) => {
  const read = readBook(text, context);
  return read.ok ? '' : read.detail;
};

it.each(['valise-book+jws', 'valise-arrangement+jws', 'valise-accreditation+jws'])(
  'a %s of more bytes than every reader takes is refused before anything of it is read',
  (typ) => {
    for (const filling of ['x', 'ы']) {
      expect(Buffer.byteLength(book(typ, BYTES_MAX + 1, filling))).toBe(BYTES_MAX + 1);
      expect(detailOf(book(typ, BYTES_MAX + 1, filling))).toBe(`a book has at most ${BYTES_MAX} bytes`);
      expect(detailOf(book(typ, BYTES_MAX, filling))).not.toContain('at most');
    }
  },
);

describe('a keeper’s book under a root that issued its certificate by an intermediate', () => {
  const under = (root: Certificate) => ({ ...context, anchorOf: () => root, at: AT });

  it('is read by the intermediate that it carries, whatever the list says of intermediates', async () => {
    const root = await newRoot('KZ');
    const keeper = await keeperBelow(root, 'KZ');
    const crls = [await revocationList(root), await revocationList(keeper.middle)];
    expect(readBook(signedList(keeper, { crls }), under(root.certificate))).toMatchObject({ ok: true });
  });

  it('is refused where the intermediate is revoked', async () => {
    const root = await newRoot('KZ');
    const keeper = await keeperBelow(root, 'KZ');
    const crls = [await revocationList(root, keeper.middle.certificate), await revocationList(keeper.middle)];
    const read = readBook(signedList(keeper, { crls }), under(root.certificate));
    expect(read).toMatchObject({ ok: false, code: 'CERTIFICATE_REVOKED' });
  });
});

describe('what an earlier root signed', () => {
  it('is a repetition, by its signature alone', async () => {
    const [old, next] = [await newKeeper('KZ'), await newKeeper('KZ')];
    const chains = new RootChains(
      () => old.root.certificate,
      [{ book: 'list:KZ', fromRoot: old.root.certificate.thumbprint, root: next.root.certificate.der }],
    );
    expect(earlierBook(signedList(old), AT, chains)).toMatchObject({ book: 'list:KZ', version: 1 });
    expect(earlierStatement(signedStatement(old), AT, chains)).toBeDefined();
    expect(earlierBook(signedList(next), AT, chains)).toBeUndefined();
    expect(earlierStatement(signedStatement(next), AT, chains)).toBeUndefined();
    expect(earlierBook('no book', AT, chains)).toBeUndefined();
  });
});
