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
import type { z } from 'zod';
import type { HeldBook } from './held.js';

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
export function soundBooks(books: readonly Pick<HeldBook, 'book' | 'content'>[]): SoundBooks {
  const unreadable = new Map<string, string>();
  const of = <Schema extends z.ZodType>(prefix: string, schema: Schema): z.output<Schema>[] =>
    books
      .filter(({ book }) => book.startsWith(prefix))
      .flatMap(({ book, content }) => {
        const parsed = schema.safeParse(content);
        if (parsed.success) return [parsed.data];
        const [issue] = parsed.error.issues;
        unreadable.set(book, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
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
