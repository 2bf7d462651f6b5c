import type { Certificate } from '#trust';
import { simulate, STEPS_MAX, type Watching } from './run.js';
import { shrunk } from './shrinking.js';

/** A run that fails, and the fewest of its steps with which it still does. */
export class FailedRun extends Error {
  constructor(seed: number, steps: readonly number[], cause: unknown) {
    const message = cause instanceof Error ? cause.message : String(cause);
    super(`--seed ${seed} --steps ${steps.join(',') || 'none'}: ${message}`, { cause });
  }
}

/** @throws FailedRun */
export function simulateOrShrink(
  seed: number,
  seals: ReadonlyMap<string, Certificate>,
  watching: Watching = {},
): Record<string, number> {
  const failureOf = (steps?: ReadonlySet<number>): unknown => {
    try {
      simulate(seed, seals, { steps });
      return undefined;
    } catch (thrown) {
      return thrown ?? new Error('nothing was thrown');
    }
  };
  try {
    return simulate(seed, seals, watching).counts;
  } catch (thrown) {
    const all = [...(watching.steps ?? Array.from({ length: STEPS_MAX }, (_, step) => step))];
    const fewest = shrunk(all, (steps) => failureOf(new Set(steps)) !== undefined);
    throw new FailedRun(seed, fewest, failureOf(new Set(fewest)) ?? thrown);
  }
}
