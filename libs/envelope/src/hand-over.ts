import { rootFault, type Certificate } from '#trust';
import { z } from 'zod';
import {
  readCertificate,
  readText,
  refusingBook,
  signText,
  type BookRejected,
  type SigningOptions,
} from './books.js';
import { bookId, instant } from './fields.js';
import { Refusal } from './rejected.js';
import { require } from './text.js';

export const HAND_OVER_TYPE = 'valise-hand-over+jws';

const schema = z.strictObject({
  book: bookId,
  /** The keeper's new root, base64 of DER. */
  root: z.base64().min(4).max(24_000),
  at: instant,
});
export type HandOver = z.infer<typeof schema>;

export interface VerifiedHandOver {
  readonly ok: true;
  readonly book: string;
  readonly from: Certificate;
  readonly to: Certificate;
}

/**
 * The old root of a book's keeper signs the new one: from here on the book is signed under the new root, and its versions start again.
 *
 * @param options the old root and its private key
 * @throws ValiseError INPUT_INVALID with the path of the field at fault
 */
export function signHandOver({
  to,
  ...options
}: Omit<SigningOptions<unknown>, 'content'> & {
  readonly content: Omit<HandOver, 'root'>;
  readonly to: Certificate;
}): string {
  const content = require(schema, { ...options.content, root: to.der.toString('base64') }, 'hand-over');
  return signText(HAND_OVER_TYPE, { ...options, content });
}

/** @param rootsOf the roots that the reader has relied on for a book; which of them may still hand over is for the reader's record */
export function verifyHandOver(
  text: string,
  { rootsOf, at }: { readonly rootsOf: (book: string) => readonly Certificate[]; readonly at: Date },
): VerifiedHandOver | BookRejected {
  return refusingBook(() => {
    const read = readText(text, HAND_OVER_TYPE, schema);
    const { book, root } = read.content;
    const from = rootsOf(book).find(({ thumbprint }) => thumbprint === read.signer.thumbprint);
    if (from === undefined)
      throw new Refusal('CERTIFICATE_PATH', `it is not signed by a root that is relied on for ${book}`);
    read.requireSignature();
    const to = readCertificate(root);
    const fault = rootFault(to, at);
    if (fault !== undefined) throw new Refusal('CERTIFICATE_PATH', `the new root of ${book}: ${fault}`);
    if (to.thumbprint === from.thumbprint)
      throw new Refusal('BOOK_FORMAT', 'it hands over to the root that signs it');
    return { ok: true, book, from, to };
  });
}
