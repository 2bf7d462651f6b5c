import { type BookTrust, type RootChains, verifyBook, verifyBookStatement } from '#envelope';

type Earlier = Pick<RootChains, 'all'>;

/**
 * A book that a keeper signed before its root handed over, under that root: depositaries repeat it honestly until they have something
 * newer. It has no effect any more, so nothing but its signature is verified: revocation lists of an old root end with it.
 *
 * @returns undefined where no earlier root of the book's keeper signed it
 */
export function earlierBook(text: string, at: Date, chains: Earlier) {
  return underEarlierRoot(text, chains, (anchorOf) => verifyBook(text, { anchorOf, at }));
}

/** The same of a statement. */
export function earlierStatement(text: string, at: Date, chains: Earlier) {
  return underEarlierRoot(text, chains, (anchorOf) => verifyBookStatement(text, { anchorOf, at }));
}

function underEarlierRoot<Answer extends { readonly ok: boolean }>(
  text: string,
  chains: Earlier,
  verify: (anchorOf: BookTrust['anchorOf']) => Answer,
): Extract<Answer, { ok: true }> | undefined {
  const book = bookNamedIn(text);
  if (book === undefined) return undefined;
  for (const root of chains.all(book).slice(0, -1)) {
    const answer = verify(() => root);
    if (answer.ok) return answer as Extract<Answer, { ok: true }>;
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
