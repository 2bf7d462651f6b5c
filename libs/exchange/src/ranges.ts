import { partCount, type Range } from '#envelope';
import { admit, type Asking, isFresh } from './requests.js';
import type { Circumstances } from './settlement.js';
import { keyOf } from './keys.js';
import type { View } from './view.js';

/** Parts that were served before, of one pair: ten requests for a whole window of 16. A first time is not counted. */
const REPEATED_PARTS_A_MINUTE = 160;

/** What becomes of a request for parts of an attachment: they are published, not now, or it can be about nothing of ours. */
export type RangeTaken =
  { readonly is: 'served' } | { readonly is: 'refused' } | { readonly is: 'unfit'; readonly detail: string };

/** Whether parts of an attachment of ours may be served: to whom its message went, and as often as the bound allows. */
export function takeRange(
  view: View,
  circumstances: Circumstances,
  { from: peer, to: own, D, attachment, first, count }: Range,
  asking: Asking,
): RangeTaken {
  const key = keyOf.attachment(own, 'out', attachment);
  const row = UUID.test(attachment) ? view.read('attachment', key) : null;
  const message = row?.message ? view.read('message', row.message) : null;
  if (!row || message?.D !== D || message.peer !== peer)
    return { is: 'unfit', detail: 'it names no attachment of a message that we sent to its signer' };
  const state = view.read('state', keyOf.message(own, peer, 'out', message.ep, message.n));
  // Asked before its signer knew, or before we did: the parts are not needed any more. Or a backup of before was restored there.
  if (state?.status === 'rejected' || state?.status === 'void' || row.status === 'deleted')
    return { is: 'refused' };
  const parts = partCount(row.bytes);
  if (first + count > parts) return { is: 'unfit', detail: `the attachment has ${parts} parts` };
  const end = first + count;
  const repeated = Math.max(0, Math.min(end, row.partsServed) - first);
  if (!isFresh(circumstances, asking.iat)) return { is: 'refused' };
  if (!admit(view, circumstances, own, peer, 'range', asking.hash, REPEATED_PARTS_A_MINUTE, repeated))
    return { is: 'refused' };
  if (end > row.partsServed) view.put('attachment', key, { ...row, partsServed: end });
  return { is: 'served' };
}
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
