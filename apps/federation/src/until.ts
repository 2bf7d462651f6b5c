import { setTimeout as delay } from 'node:timers/promises';
import { ValiseError } from '#core';

const POLL_MS = 100;

/**
 * Waits until something is observed.
 *
 * @throws ValiseError SERVICE_UNAVAILABLE naming what was waited for, when the time is over
 */
export async function until<T>(
  what: string,
  timeoutMs: number,
  observe: () => Promise<T | undefined>,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const seen = await observe();
    if (seen !== undefined) return seen;
    if (Date.now() > end)
      throw new ValiseError('SERVICE_UNAVAILABLE', `${what} was not seen within ${timeoutMs / 1000} s`);
    await delay(POLL_MS);
  }
}
