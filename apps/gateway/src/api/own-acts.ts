import { ValiseError } from '#core';
import type { Action, Intended } from '#policy';
import type { Principal } from '#service';

/** Whose act it is; what is in force between states is nobody's. */
const ACTORS = { 'in-force': undefined, send: 'from', transfer: 'from', use: 'by', disclose: 'by' } as const;

type Asked = Pick<Action | Intended, 'action'> & { readonly from?: string; readonly by?: string };

/**
 * A caller asks about acts of its own authority: what that sends to whomever, hands on, uses or discloses. What others may do rests on
 * arrangements and channels between them, and another authority of this node is another.
 *
 * @throws ValiseError FORBIDDEN, with the path of the one who acts
 */
export function requireOwnAct({ authority }: Pick<Principal, 'authority'>, asked: Asked): void {
  const path = ACTORS[asked.action];
  if (path === undefined) return;
  if (authority === null)
    throw new ValiseError(
      'FORBIDDEN',
      `${path}: a token of the node belongs to no authority, whose acts it could ask about`,
      { path, remedy: 'ask with a token of the authority that is to act' },
    );
  if (asked[path] !== authority)
    throw new ValiseError(
      'FORBIDDEN',
      `${path}: a caller of ${authority} asks about acts of ${authority}, not of others`,
      { path, remedy: 'ask with a token of the authority that is to act' },
    );
}
