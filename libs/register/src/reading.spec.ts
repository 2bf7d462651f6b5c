import { createHash } from 'node:crypto';
import { parseCrl, type Certificate } from '#trust';
import {
  AT,
  hold,
  keeperBelow,
  listOf,
  newKeeper,
  newRoot,
  revocationList,
  signedBook,
  signedList,
  signedStatement,
  type Keeper,
} from '../testing/keepers.js';
import { readBook, readStatement, type Reader, type Reading } from './index.js';

const NODE: Reader = {
  kind: 'node',
  own: ['kz-knb'],
  resolve: () => ({ ok: false, code: 'CERTIFICATE_UNKNOWN', detail: 'nobody is listed' }),
};
const DEPOSITARY: Reader = { kind: 'depositary' };
const READERS: [string, Reader][] = [
  ['a node', NODE],
  ['a depositary', DEPOSITARY],
];
const TREATY_BOOK = {
  ...{ book: 'treaty:CIS', version: 3, organisation: 'CIS', issuedAt: '2026-06-01T00:00:00Z' },
  ...{ events: [], agreements: [], sample: true },
};

let kz: Keeper;
let cis: Keeper;
beforeAll(async () => {
  [kz, cis] = await Promise.all([newKeeper('KZ'), newKeeper('CIS')]);
});

const crlOf = (base64: string) => parseCrl(Buffer.from(base64, 'base64'));
/** By one that pinned Kazakhstan's root for whatever book there is, unless told. */
const reading = (over: Partial<Reading> = {}): Reading => ({
  reader: NODE,
  rootsOf: () => [kz.root.certificate],
  crlsOf: () => [],
  at: AT,
  ...over,
});
const under = (...roots: Certificate[]): Pick<Reading, 'rootsOf'> => ({ rootsOf: () => roots });
const listed = ({ der }: Certificate, over: object = {}) => ({
  certificates: [{ authority: 'kz-knb', role: 'seal', certificate: der.toString('base64'), ...over }],
});
function hashOf(text: string): string {
  const { payload } = JSON.parse(text) as { payload: string };
  return createHash('sha256').update(Buffer.from(payload, 'base64url')).digest('base64url');
}

/** Why it is refused, whatever it may repeat. */
function refusalIn(answer: ReturnType<typeof readBook>) {
  return answer.ok ? answer : { ok: answer.ok, code: answer.code, detail: answer.detail };
}

describe.each(READERS)('%s', (_, reader) => {
  const read = (text: string, over: Partial<Reading> = {}) => readBook(text, reading({ reader, ...over }));

  it('reads a list as its keeper signed it', () => {
    const text = signedList(kz, { version: 7 });
    expect(read(text)).toEqual({
      ok: true,
      book: {
        book: 'list:KZ',
        version: 7,
        hash: hashOf(text),
        content: listOf({ version: 7 }),
        text,
        signedAt: AT,
        root: kz.root.certificate.thumbprint,
      },
    });
  });

  it('asks for the root of the very book', () => {
    const asked: string[] = [];
    const rootsOf = (book: string) => {
      asked.push(book);
      return [];
    };
    expect(read(signedList(kz), { rootsOf })).toMatchObject({ ok: false, code: 'CERTIFICATE_PATH' });
    expect(new Set(asked)).toEqual(new Set(['list:KZ']));
  });

  it('refuses what says more, or something else, than such a book says, with the path', () => {
    const certificates = [{ authority: 'by-mvd', role: 'seal', certificate: 'AAAA' }];
    expect(refusalIn(read(signedList(kz, { certificates })))).toEqual({
      ok: false,
      code: 'BOOK_FORMAT',
      detail: 'certificates.0.authority: not an authority of this list’s keeper',
    });
    expect(read(signedList(kz, { more: 1 }))).toMatchObject({ ok: false, code: 'BOOK_FORMAT' });
  });

  it('refuses a list of what is no certificate, and names the book', async () => {
    const { certificate } = await hold(kz.root, 'seal', 'by-mvd');
    for (const [list, detail] of [
      [listed(certificate), /^list:KZ: certificates\.0: .*names by-mvd/],
      [listed(certificate, { certificate: 'AAAA' }), /^list:KZ: certificates\.0\.certificate: /],
      [{ crls: ['AAAA'] }, /^list:KZ: crls\.0: /],
    ] as const)
      expect(refusalIn(read(signedList(kz, list)))).toEqual({
        ok: false,
        code: 'BOOK_FORMAT',
        detail: expect.stringMatching(detail) as unknown,
      });
  });

  it('refuses a list that another register certificate under the root signs', async () => {
    const other = await hold(kz.root, 'register', 'kz-knb');
    expect(refusalIn(read(signedList(other)))).toEqual({
      ok: false,
      code: 'BOOK_SIGNATURE',
      detail: 'list:KZ is kept by state:KZ, and kz-knb signed it',
    });
  });

  it('refuses a revoked signer: by the list’s own revocation lists, and by those on record if it leaves them out', async () => {
    const [none, own] = [await revocationList(kz.root), await revocationList(kz.root, kz.certificate)];
    expect(read(signedList(kz, { crls: [none] }))).toMatchObject({ ok: true });
    const refusal = { ok: false, code: 'CERTIFICATE_REVOKED' };
    expect(read(signedList(kz, { crls: [own] }))).toMatchObject(refusal);
    const crlsOf = (book: string) => (book === 'list:KZ' ? [crlOf(own)] : []);
    expect(read(signedList(kz), { crlsOf })).toMatchObject(refusal);
    expect(read(signedList(kz, { crls: [none] }), { crlsOf })).toMatchObject(refusal);
  });

  it('knows what may be on record from what came since, by its signature alone', async () => {
    const text = signedList(kz, { version: 3 });
    const repeats = { book: 'list:KZ', version: 3, hash: hashOf(text) };
    const crlsOf = () => [revoking];
    const revoking = crlOf(await revocationList(kz.root, kz.certificate));
    expect(read(text, { crlsOf })).toMatchObject({ ok: false, code: 'CERTIFICATE_REVOKED', repeats });
    const of = (tampered: string) => read(tampered, { crlsOf });
    const { payload, signatures } = JSON.parse(text) as { payload: string; signatures: object[] };
    const another = Buffer.from(JSON.stringify(listOf({ version: 4 }))).toString('base64url');
    expect(of(JSON.stringify({ payload: another, signatures }))).not.toHaveProperty('repeats');
    expect(of(JSON.stringify({ payload, signatures: [] }))).not.toHaveProperty('repeats');
    // One that cannot be read was admitted by earlier rules, if it is on record.
    expect(read(signedList(kz, { more: 1 }))).toMatchObject({ code: 'BOOK_FORMAT', repeats: { version: 1 } });
  });

  it('reads a list by the intermediate that it carries, whatever it says of intermediates, unless that is revoked', async () => {
    const root = await newRoot('KZ');
    const keeper = await keeperBelow(root, 'KZ');
    const below = await revocationList(keeper.middle);
    const withLists = (...crls: string[]) => read(signedList(keeper, { crls }), under(root.certificate));
    expect(withLists(await revocationList(root), below)).toMatchObject({ ok: true });
    const revoking = await revocationList(root, keeper.middle.certificate);
    expect(withLists(revoking, below)).toMatchObject({ ok: false, code: 'CERTIFICATE_REVOKED' });
  });

  it('names the first fault: what it says, then who signed it, then revocation', async () => {
    const other = await hold(kz.root, 'register', 'kz-knb');
    const crls = [await revocationList(kz.root, other.certificate)];
    const codeOf = (over: Record<string, unknown>) => {
      const found = read(signedList(other, over));
      return found.ok ? 'read' : found.code;
    };
    expect(codeOf({ crls, intermediates: ['AAAA'] })).toBe('BOOK_FORMAT');
    expect(codeOf({ crls })).toBe('BOOK_SIGNATURE');
  });

  it('knows what an earlier root signed, by its signature alone', async () => {
    const [middle, newest] = [await newKeeper('KZ'), await newKeeper('KZ')];
    const [first, second, third] = [kz, middle, newest].map((keeper) => signedList(keeper));
    const roots = [kz, middle, newest].map(({ root }) => root.certificate);
    const crlsOf = () => [crlOf(withList)];
    const withList = await revocationList(newest.root);
    const now = { ...under(...roots), crlsOf };
    for (const text of [first, second]) {
      const repeats = { book: 'list:KZ', version: 1, hash: hashOf(text ?? '') };
      expect(read(text ?? '', now)).toMatchObject({ ok: false, code: 'CERTIFICATE_PATH', repeats });
    }
    expect(read(third ?? '', now)).toMatchObject({ ok: true });
    // What none of them signed is no repetition, whatever is wrong with it.
    const unkept = signedBook(kz, { book: 'other:KZ', version: 1 });
    for (const text of [signedList(await newKeeper('KZ')), unkept, 'no book'])
      expect(read(text, now)).not.toHaveProperty('repeats');
  });
});

describe('a treaty book', () => {
  it('is read by a node under its depositary’s root, with no list to look into', () => {
    const read = readBook(signedBook(cis, TREATY_BOOK), reading(under(cis.root.certificate)));
    expect(read).toMatchObject({ ok: true, book: { book: 'treaty:CIS', version: 3, content: TREATY_BOOK } });
  });

  it('is no affair of a depositary, which relays lists', () => {
    const at = reading({ reader: DEPOSITARY, ...under(cis.root.certificate) });
    expect(refusalIn(readBook(signedBook(cis, TREATY_BOOK), at))).toEqual({
      ok: false,
      code: 'BOOK_FORMAT',
      detail: 'it is not a national list: treaty:CIS',
    });
  });
});

it('there is no book of another kind', () => {
  const read = readBook(signedBook(kz, { book: 'other:KZ', version: 1 }), reading());
  expect(read).toMatchObject({
    ok: false,
    code: 'BOOK_FORMAT',
    detail: expect.stringContaining('other:KZ') as unknown,
  });
});

it.each([
  ['under another root', async () => hold(await newRoot('KZ'), 'seal', 'kz-knb')],
  ['that lacks the role', () => hold(kz.root, 'head', 'kz-knb')],
])('a certificate %s may stand in a list, and no depositary relays it', async (_, hold_) => {
  const text = signedList(kz, listed((await hold_()).certificate));
  expect(readBook(text, reading())).toMatchObject({ ok: true });
  expect(refusalIn(readBook(text, reading({ reader: DEPOSITARY })))).toEqual({
    ok: false,
    code: 'CERTIFICATE_PATH',
    detail: expect.stringMatching(/^certificates\.0: /) as unknown,
  });
});

it('a depositary relays a list of good certificates, and names revocation before what is of no use', async () => {
  const at = reading({ reader: DEPOSITARY });
  const { certificate } = await hold(kz.root, 'seal', 'kz-knb');
  expect(readBook(signedList(kz, listed(certificate)), at)).toMatchObject({ ok: true });
  const crls = [await revocationList(kz.root, kz.certificate)];
  const unusable = listed((await hold(kz.root, 'head', 'kz-knb')).certificate);
  expect(readBook(signedList(kz, { ...unusable, crls }), at)).toMatchObject({ code: 'CERTIFICATE_REVOKED' });
});

describe('what claims to be a book of more bytes than every reader takes', () => {
  /** docs/protocol/register.md */
  const BYTES_MAX = 1_048_576;

  /** What claims to be a book of this type, with so many bytes. */
  function claiming(typ: string, bytes: number, filling = 'x'): string {
    const claimed = Buffer.from(JSON.stringify({ typ })).toString('base64url');
    const text = (payload: string) =>
      JSON.stringify({ payload, signatures: [{ protected: claimed, signature: '' }] });
    const room = bytes - Buffer.byteLength(text(''));
    const whole = filling.repeat(Math.floor(room / Buffer.byteLength(filling)));
    return text(whole.padEnd(whole.length + room - Buffer.byteLength(whole), 'x'));
  }
  const detailOf = (text: string) => {
    const read = readBook(text, reading());
    return read.ok ? '' : read.detail;
  };

  it.each(['valise-book+jws', 'valise-arrangement+jws', 'valise-accreditation+jws'])(
    'is refused before anything of it is read: %s',
    (typ) => {
      for (const filling of ['x', 'ы']) {
        expect(Buffer.byteLength(claiming(typ, BYTES_MAX + 1, filling))).toBe(BYTES_MAX + 1);
        expect(detailOf(claiming(typ, BYTES_MAX + 1, filling))).toBe(`a book has at most ${BYTES_MAX} bytes`);
        expect(detailOf(claiming(typ, BYTES_MAX, filling))).not.toContain('at most');
      }
    },
  );
});

describe('a statement', () => {
  const HASH = 'A'.repeat(43);

  it('is read as its keeper signed it', () => {
    const text = signedStatement(kz, { version: 7 });
    const statement = { book: 'list:KZ', version: 7, hash: HASH, at: AT, text };
    expect(readStatement(text, reading())).toEqual({ ok: true, statement });
    expect(readStatement(text, reading({ reader: DEPOSITARY }))).toEqual({ ok: true, statement });
  });

  it('is refused without a pinned root', () => {
    const found = readStatement(signedStatement(kz), reading(under()));
    expect(found).toMatchObject({ ok: false, code: 'CERTIFICATE_PATH' });
  });

  it('is refused from another register certificate under the root, and of a book that nobody keeps', async () => {
    const other = await hold(kz.root, 'register', 'kz-knb');
    expect(readStatement(signedStatement(other), reading())).toMatchObject({
      code: 'BOOK_SIGNATURE',
      detail: 'list:KZ is kept by state:KZ, and kz-knb signed it',
    });
    expect(readStatement(signedStatement(kz, { book: 'other:KZ' }), reading())).toMatchObject({
      code: 'BOOK_SIGNATURE',
      detail: 'other:KZ is kept by nobody, and KZ signed it',
    });
  });

  it('is refused from a signer that the version on record revokes', async () => {
    const crl = crlOf(await revocationList(kz.root, kz.certificate));
    const crlsOf = (book: string) => (book === 'list:KZ' ? [crl] : []);
    const found = readStatement(signedStatement(kz), reading({ crlsOf }));
    expect(found).toMatchObject({ ok: false, code: 'CERTIFICATE_REVOKED' });
    expect(found).not.toHaveProperty('repeats');
  });

  it('is refused from further ahead than clocks differ', () => {
    const at = (ahead: string) =>
      readStatement(signedStatement(kz, { at: `2026-06-01T00:${ahead}Z` }), reading());
    expect(at('05:00')).toMatchObject({ ok: true });
    expect(at('05:01')).toEqual({
      ok: false,
      code: 'BOOK_FORMAT',
      detail: 'it is of 2026-06-01T00:05:01Z, which is in the future',
    });
  });

  it('repeats one where an earlier root signed it', async () => {
    const next = await newKeeper('KZ');
    const crl = crlOf(await revocationList(next.root));
    const now = reading({ ...under(kz.root.certificate, next.root.certificate), crlsOf: () => [crl] });
    expect(readStatement(signedStatement(kz, { version: 3 }), now)).toMatchObject({
      ok: false,
      repeats: { book: 'list:KZ', version: 3, hash: HASH },
    });
    expect(readStatement(signedStatement(next), now)).toMatchObject({ ok: true });
    expect(readStatement(signedStatement(await newKeeper('KZ')), now)).not.toHaveProperty('repeats');
  });
});
