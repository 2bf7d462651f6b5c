import { Missing, type Name, type View } from './view.js';

/**
 * Runs every member in a layer of its own. Rows that are missing are collected from all members, so that they are loaded at once.
 */
export function each<M, R>(
  view: View,
  members: readonly M[],
  settle: (layer: View, member: M) => R,
  failed: (layer: View, member: M, thrown: unknown) => R,
): R[] {
  const missing: Name[] = [];
  const attempt = (run: (layer: View) => R): R | undefined => {
    const layer = view.layer();
    try {
      const result = run(layer);
      view.merge(layer);
      return result;
    } catch (thrown) {
      if (!(thrown instanceof Missing)) throw thrown;
      missing.push(...thrown.names);
      return undefined;
    }
  };
  const results = members.map((member) => {
    try {
      return attempt((layer) => settle(layer, member));
    } catch (thrown) {
      return attempt((layer) => failed(layer, member, thrown));
    }
  });
  if (missing.length > 0) throw new Missing(missing);
  return results as R[];
}
