import { isDatabaseAway, isOwnFault } from '#service';

/**
 * Attempts, each in another session, before a delivery that fails for an unknown reason is considered the cause itself.
 */
const ATTEMPTS_MAX = 3;

/**
 * Runs the work of one delivery. Only what is known to be its own fault, or fails again and again while the database
 * answers, counts as its failure; anything else does not.
 *
 * @returns what it failed with, or undefined where it succeeded
 * @throws whatever says that the database is unreachable: it must be tried again later
 */
export async function blameOf(
  database: { readonly query: (text: string) => Promise<unknown> },
  run: () => Promise<void>,
): Promise<{ readonly thrown: unknown } | undefined> {
  for (let attempt = 1; ; attempt++) {
    try {
      await run();
      return undefined;
    } catch (thrown) {
      if (isDatabaseAway(thrown)) throw thrown;
      if (isOwnFault(thrown)) return { thrown };
      if (attempt < ATTEMPTS_MAX) continue;
      await database.query('SELECT 1');
      return { thrown };
    }
  }
}
