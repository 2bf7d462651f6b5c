import type { DataSource } from 'typeorm';
import type { DepositaryConfiguration } from '../../apps/depositary/src/configuration.js';
import { Admission } from '../../apps/depositary/src/books/admission.js';
import { Conflicts } from '../../apps/depositary/src/books/conflicts.js';
import { Quarantine } from '../../apps/depositary/src/books/quarantine.js';
import type { Roots as DepositaryRoots } from '../../apps/depositary/src/books/roots.js';
import { Shelf as DepositaryShelf } from '../../apps/depositary/src/books/shelf.js';
import type { Verification } from '../../apps/depositary/src/books/verification.js';
import { Idempotency } from '../../apps/depositary/src/api/idempotency.js';
import { TreatyBook } from '../../apps/depositary/src/events/treaty-book.js';
import type { Keeper } from '../../apps/depositary/src/keeper.js';
import { Outbox } from '../../apps/depositary/src/relay/outbox.js';
import type { Relay } from '../../apps/depositary/src/relay/relay.js';
import type { Configuration } from '../../apps/gateway/src/configuration.js';
import { Ledger } from '../../apps/gateway/src/ledger/ledger.js';
import type { BookConflicts } from '../../apps/gateway/src/register/conflicts.js';
import type { Roots } from '../../apps/gateway/src/register/roots.js';
import { Shelf } from '../../apps/gateway/src/register/shelf.js';
import type { KeepersWords } from '../../apps/gateway/src/register/words.js';
import { depositaryDatabase, type EmptyDatabase, gatewayDatabase } from './empty-database.js';

/** Puts a well signed version of a list where versions are kept. @returns `taken`, or the code of its refusal */
type Put = (book: string, version: number, text?: string) => Promise<string>;
interface Reader {
  readonly name: string;
  readonly empty: () => Promise<EmptyDatabase>;
  readonly put: (database: DataSource, bounds: object) => Put;
}

const chains = { eraAfter: () => 0, newestOf: () => undefined };
const hashOf = (text: string): string => `hash of ${text}`;

const gateway: Reader = {
  name: 'a gateway',
  empty: gatewayDatabase,
  put(database, bounds) {
    const words = { announcement: () => Promise.resolve(null) } as unknown as KeepersWords;
    const conflicts = { prove: () => Promise.resolve() } as unknown as BookConflicts;
    const configuration = { bounds } as unknown as Configuration;
    const shelf = new Shelf({ chains } as unknown as Roots, words, conflicts, new Ledger(), configuration);
    return async (book, version, text = `${book} ${version}`) => {
      const signed = { text, signedAt: new Date(), root: null };
      const read = { book, version, hash: hashOf(text), content: {}, ...signed };
      const shelved = await database.transaction((tx) => shelf.put(tx, read, 'node', ''));
      return shelved.outcome === 'refused' ? shelved.code : 'taken';
    };
  },
};

const depositary: Reader = {
  name: 'a depositary',
  empty: depositaryDatabase,
  put(database, bounds) {
    const configuration = { bounds, peers: ['kz'] } as unknown as DepositaryConfiguration;
    // What verification is for is tried elsewhere.
    const verification = {
      list(text: string) {
        const [book = '', version] = text.split(' ');
        const signed = { content: {}, text, signedAt: new Date(), root: null };
        const read = { book, version: Number(version), hash: hashOf(text), ...signed };
        return Promise.resolve({ ok: true, book: read });
      },
    } as unknown as Verification;
    const relay = { wake: () => undefined } as unknown as Relay;
    const admission = new Admission(
      database,
      verification,
      new DepositaryShelf(database, configuration),
      new Outbox(),
      new Quarantine(database),
      { chains } as unknown as DepositaryRoots,
      new Conflicts(database),
      relay,
      configuration,
    );
    return async (book, version, text = `${book} ${version}`) => {
      const admitted = await admission.list(text, 'node:kz');
      return admitted.ok ? 'taken' : admitted.code;
    };
  },
};

describe.each([gateway, depositary])('$name', ({ empty, put: reader }) => {
  let database: DataSource;
  let end: () => Promise<void>;
  beforeAll(async () => {
    ({ database, end } = await empty());
  });
  afterAll(() => end());

  it('takes so many versions of a book a day, and of another book as many', async () => {
    const put = reader(database, { bookVersionsPerDayMax: 3, bookBytesMax: 10_000 });
    for (const version of [1, 2, 3]) expect(await put('list:KZ', version)).toBe('taken');
    expect(await put('list:KZ', 4)).toBe('RATE_LIMITED');
    expect(await put('list:BY', 1)).toBe('taken');
    // The same again is none more, and a second history is told as what it is.
    expect(await put('list:KZ', 3)).toBe('taken');
    expect(await put('list:KZ', 3, 'list:KZ 3 otherwise')).toBe('BOOK_CONFLICT');
    await database.query('ALTER TABLE book DISABLE TRIGGER append_only');
    await database.query(`UPDATE book SET received_at = received_at - interval '25 hours'`);
    await database.query('ALTER TABLE book ENABLE TRIGGER append_only');
    expect(await put('list:KZ', 5)).toBe('taken');
  });

  it('keeps so many bytes of a book, whenever its versions came', async () => {
    const put = reader(database, { bookVersionsPerDayMax: 100, bookBytesMax: 1_000 });
    const large = (version: number) => `list:RU ${version} `.padEnd(600, '.');
    expect(await put('list:RU', 1, large(1))).toBe('taken');
    expect(await put('list:RU', 2, large(2))).toBe('STORAGE_FULL');
    expect(await put('list:RU', 3, 'list:RU 3 small')).toBe('taken');
  });
});

describe('a depositary’s own book', () => {
  let database: DataSource;
  let end: () => Promise<void>;
  beforeAll(async () => {
    ({ database, end } = await depositaryDatabase());
  });
  afterAll(() => end());

  /** Records that a state ratified, in a book whose signed text has so many bytes. */
  function recorder(bounds: object, bytes = 0) {
    const configuration = { bounds, organisation: 'CIS', sample: true, peers: ['kz'] };
    const signed = (content: object) =>
      JSON.stringify({ payload: Buffer.from(JSON.stringify(content)).toString('base64url') }).padEnd(bytes);
    const keeper = { book: 'treaty:CIS', organisation: 'CIS', signBook: signed, signStatement: signed };
    const given = configuration as unknown as DepositaryConfiguration;
    const treatyBook = new TreatyBook(
      database,
      keeper as unknown as Keeper,
      new DepositaryShelf(database, given),
      new Outbox(),
      { wake: () => undefined } as unknown as Relay,
      new Idempotency(),
      given,
    );
    const caller = { tokenId: 't', name: 'office', role: 'administrator', authority: null } as const;
    return (state: string) => {
      const event = { instrument: 'cis-it-crime-2018', state, event: 'notified', on: '2020-03-12' } as const;
      return treatyBook.record({ events: [event], agreements: [] }, caller, undefined);
    };
  }
  const recorded = async () => {
    const rows: unknown[] = await database.query('SELECT state FROM event');
    return rows.length;
  };

  it('has no more versions a day than others take of it', async () => {
    const record = recorder({ bookVersionsPerDayMax: 2, bookBytesMax: 100_000 });
    expect(await record('KZ')).toMatchObject({ version: 1 });
    expect(await record('BY')).toMatchObject({ version: 2 });
    await expect(record('AM')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    // Nothing is on record that the book does not have.
    expect(await recorded()).toBe(2);
  });

  it('has no more bytes than every node takes', async () => {
    const bounds = { bookVersionsPerDayMax: 100, bookBytesMax: 10_000_000 };
    await expect(recorder(bounds, 1_048_577)('RU')).rejects.toMatchObject({ code: 'INPUT_TOO_LARGE' });
    expect(await recorded()).toBe(2);
    expect(await recorder(bounds, 1_048_576)('RU')).toMatchObject({ version: 3 });
  });
});
