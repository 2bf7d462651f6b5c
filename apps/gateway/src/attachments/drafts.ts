import type { Statement } from '../rows/keyed.js';

/** They are locked by identifier, as a settlement locks them. */
const BIND = `WITH named AS (
    SELECT id FROM attachment WHERE own = $1 AND direction = 'out' AND id = ANY ($4::uuid[]) AND status = 'ready' ORDER BY id FOR UPDATE)
  UPDATE attachment t SET status = 'announced', peer = $3, draft = $2, unnamed_since = NULL
  FROM named WHERE t.own = $1 AND t.direction = 'out' AND t.id = named.id`;
const FREE = `WITH named AS (
    SELECT id FROM attachment WHERE own = $1 AND direction = 'out' AND draft = $2 AND message IS NULL ORDER BY id FOR UPDATE)
  UPDATE attachment t SET status = 'ready', peer = NULL, draft = NULL, unnamed_since = now()
  FROM named WHERE t.own = $1 AND t.direction = 'out' AND t.id = named.id`;

/** Binds attachments to the draft that names them. Where it changes fewer rows, another message was quicker. */
export function bindAttachments(
  { own, id, peer }: { readonly own: string; readonly id: string; readonly peer: string },
  attachments: readonly string[],
): Statement {
  return {
    name: 'attachments bind',
    text: BIND,
    values: [own, id, peer, attachments],
    rows: attachments.length,
  };
}

/** Frees those of a draft that is discarded for another message. One that was sent keeps its own. */
export function freeAttachments(own: string, draft: string): Statement {
  return { name: 'attachments free', text: FREE, values: [own, draft] };
}
