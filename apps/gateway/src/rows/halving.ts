import { isOwnFault } from '#service';

/**
 * Runs a batch. If the database refuses it for what it contains, the batch is halved until the member is found that is to blame,
 * so that it spoils no other.
 *
 * @param run all or nothing of its members takes effect
 * @param refused what becomes of one member that alone is refused
 * @returns results in the order of the members
 * @throws what is nobody's fault: the database is away. Members before it may have taken effect.
 */
export async function inHalves<M, R>(
  members: readonly M[],
  run: (members: readonly M[]) => Promise<readonly R[]>,
  refused: (member: M, thrown: unknown) => Promise<R>,
): Promise<R[]> {
  try {
    return [...(await run(members))];
  } catch (thrown) {
    const [first] = members;
    if (!isOwnFault(thrown) || first === undefined) throw thrown;
    if (members.length === 1) return [await refused(first, thrown)];
    const middle = Math.ceil(members.length / 2);
    // One after the other: members are in order.
    const before = await inHalves(members.slice(0, middle), run, refused);
    return [...before, ...(await inHalves(members.slice(middle), run, refused))];
  }
}
