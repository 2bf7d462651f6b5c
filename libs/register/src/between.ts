/**
 * Whether a book is what two other authorities agreed between themselves. A node may serve several, and that one of them has an
 * arrangement or a secret channel with somebody is no affair of the others; who looks at the node as a whole (null) sees all.
 */
export function isOfOthers({ content }: { readonly content: object }, authority: string | null): boolean {
  const { between } = content as { between?: unknown };
  return authority !== null && Array.isArray(between) && !between.includes(authority);
}
