import { type Instant, instantOf } from '#core';

/** Treaties' clocks run in whole seconds of UTC. */
export function now(): Instant {
  return instantOf(Math.floor(Date.now() / 1000));
}
