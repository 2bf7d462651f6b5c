import { z } from 'zod';

export const PAGE_SIZE_MAX = 200;
const PAGE_SIZE_DEFAULT = 50;

/** Query of every list: newest first, at most `limit` of them, continued with the cursor of the page before. */
export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(PAGE_SIZE_MAX).default(PAGE_SIZE_DEFAULT),
  after: z
    .string()
    .regex(/^\d{1,18}$/, 'must be the `next` of an earlier page')
    .optional(),
});
export type PageQuery = z.infer<typeof pageQuery>;

export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    next: z.string().nullable().describe('give it as `after` for the next page; null on the last one'),
  });
}

/** Cuts one row too many off, which tells that there is a next page. */
export function page<Row, Item>(
  rows: readonly Row[],
  limit: number,
  cursor: (row: Row) => string,
  view: (row: Row) => Item,
) {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(view), next: rows.length > limit && last !== undefined ? cursor(last) : null };
}
