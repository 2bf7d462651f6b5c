import { type ListedMaterial, readListed } from '#envelope';
import {
  type Accreditation,
  accreditationSchema,
  type Arrangement,
  arrangementSchema,
  type NationalList,
  nationalListSchema,
  type TreatyBook,
  treatyBookSchema,
} from '#treaties';
import { type Crl, parseCrl } from '#trust';
import type { z } from 'zod';
import { issueIn } from './refusals.js';

interface Stored {
  readonly book: string;
  readonly content: unknown;
}

export interface SoundBooks {
  readonly treatyBooks: readonly TreatyBook[];
  readonly lists: readonly { readonly list: NationalList; readonly material: ListedMaterial }[];
  readonly arrangements: readonly Arrangement[];
  readonly accreditations: readonly Accreditation[];
  /** Books that cannot be read, and why: stored before this was checked, or altered in the database. */
  readonly unreadable: ReadonlyMap<string, string>;
}

/**
 * Stored books as they are relied on. One that cannot be read is left out, with all that it says: the rest of the register works on,
 * and what rests on that book waits for a better version of it.
 */
export function soundBooks(books: readonly Stored[]): SoundBooks {
  const unreadable = new Map<string, string>();
  const of = <Schema extends z.ZodType>(prefix: string, schema: Schema): z.output<Schema>[] =>
    books
      .filter(({ book }) => book.startsWith(prefix))
      .flatMap(({ book, content }) => {
        const parsed = schema.safeParse(content);
        if (parsed.success) return [parsed.data];
        unreadable.set(book, issueIn(parsed.error));
        return [];
      });
  const lists = of('list:', nationalListSchema).flatMap((list) => {
    const read = readListed(list);
    if (read.ok) return [{ list, material: read.material }];
    unreadable.set(list.book, read.detail);
    return [];
  });
  return {
    treatyBooks: of('treaty:', treatyBookSchema),
    lists,
    arrangements: of('arrangement:', arrangementSchema),
    accreditations: of('accreditation:', accreditationSchema),
    unreadable,
  };
}

/**
 * The revocation lists in a stored list, those of them that can be read: what cannot must neither keep its keeper from bringing a better
 * version nor make a revoked key good.
 */
export function crlsIn(content: unknown): Crl[] {
  const { crls } = (content ?? {}) as { readonly crls?: unknown };
  return Array.isArray(crls) ? crls.flatMap((der) => readable(der) ?? []) : [];
}

function readable(base64: unknown): Crl | undefined {
  try {
    return parseCrl(Buffer.from(String(base64), 'base64'));
  } catch {
    return undefined;
  }
}
