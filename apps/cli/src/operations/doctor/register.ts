import { type Check, fail, ok, warn } from './check.js';
import { bookOf, type View } from './view.js';

const HOUR_MS = 3_600_000;

/** The newest version of a book as the database has it. */
export interface HeldBook {
  readonly book: string;
  readonly version: number;
  readonly signedAt: Date;
  /** When its keeper last said that this version is the newest. */
  readonly confirmedAt: Date | undefined;
  /** Other histories of it that its keeper signed too. */
  readonly conflicts: number;
  /** Thumbprints of the certificates that a list names. */
  readonly thumbprints: readonly string[];
  readonly content?: unknown;
}

/** What this node's certificates are, for comparing with its state's list. */
export interface OwnCertificate {
  readonly what: string;
  readonly thumbprint: string;
}

/** Whether every pinned keeper's book is here and fresh, and whether the lists name the certificates that this node uses. */
export function judgeRegister(
  view: Pick<View, 'anchors' | 'register'>,
  books: readonly HeldBook[],
  own: readonly OwnCertificate[],
  now: Date,
): Check[] {
  const { ageHoursMax } = view.register;
  const fresh = view.anchors.map(({ keeper }): Check => {
    const id = bookOf(keeper);
    const what = `book ${id}`;
    const held = books.find(({ book }) => book === id);
    if (!held)
      return fail(
        what,
        `none has arrived from ${keeper}`,
        'check that the gateway runs and that its depositary relays this book',
      );
    const hours = (now.getTime() - (held.confirmedAt ?? held.signedAt).getTime()) / HOUR_MS;
    const seen = `version ${held.version}, confirmed ${age(hours)} ago`;
    if (held.conflicts > 0)
      return fail(
        what,
        `${seen}: its keeper signed another history of it too (BOOK_CONFLICT)`,
        'show its keeper both texts, which GET /v1/register/conflicts has',
      );
    return hours > ageHoursMax
      ? fail(
          what,
          `${seen}: nothing is sent on it`,
          `contact its keeper: it no longer confirms (limit ${ageHoursMax} h)`,
        )
      : ok(what, seen);
  });
  const listed = new Set(books.flatMap(({ thumbprints }) => thumbprints));
  const unlisted = own.filter(({ thumbprint }) => !listed.has(thumbprint));
  return [
    ...fresh,
    ...unlisted.map(({ what }) =>
      warn(
        what,
        'no list names its certificate: peers hold what it seals',
        'put it into the next version of the list',
      ),
    ),
  ];
}

function age(hours: number): string {
  return hours < 1 ? `${Math.max(0, Math.round(hours * 60))} min` : `${hours.toFixed(1)} h`;
}
