import type { RootChains } from '#envelope';
import type { ReadingContext } from './reading.js';

/**
 * Reads what a keeper signed before its root handed over, under that root: depositaries repeat it honestly until they have something
 * newer. It has no effect any more.
 *
 * @returns undefined where no earlier root of the book's keeper signed it
 */
export function readEarlier<Read extends { readonly ok: boolean }>(
  text: string,
  context: ReadingContext,
  {
    chains,
    read,
  }: { readonly chains: RootChains; readonly read: (text: string, context: ReadingContext) => Read },
): Extract<Read, { ok: true }> | undefined {
  const book = bookNamedIn(text);
  if (book === undefined) return undefined;
  for (const root of chains.all(book).slice(0, -1)) {
    const answer = read(text, { ...context, anchorOf: () => root });
    if (answer.ok) return answer as Extract<Read, { ok: true }>;
  }
  return undefined;
}

/** What it says of itself: only used to choose the roots, under which it is verified. */
function bookNamedIn(text: string): string | undefined {
  try {
    const { payload } = JSON.parse(text) as { payload?: string };
    const content: unknown = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString('utf8'));
    const book = typeof content === 'object' && content !== null && 'book' in content && content.book;
    return typeof book === 'string' ? book : undefined;
  } catch {
    return undefined;
  }
}
