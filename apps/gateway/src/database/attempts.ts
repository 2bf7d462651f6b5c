import { isDatabaseAway, isOwnFault } from '#service';

/** So often what fails for a reason that we do not know is tried, each time in another session, before it is blamed itself. */
const ATTEMPTS_MAX = 3;

/**
 * Runs the work of one delivery. Only what is known to be its own fault, or fails again and again while the database answers,
 * is its failure: anything else says nothing about it.
 *
 * @returns what it failed with, or undefined where it succeeded
 * @throws whatever says that the database is away: then it is to be tried again later
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
