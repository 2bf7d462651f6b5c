import { messageOf, ValiseError } from '#core';

/** `warn`: it works, but needs attention. `fail`: it does not work, or soon will not. */
export interface Check {
  readonly state: 'ok' | 'warn' | 'fail';
  readonly what: string;
  readonly seen: string;
  readonly remedy?: string;
}

export const ok = (what: string, seen: string): Check => ({ state: 'ok', what, seen });
export const warn = (what: string, seen: string, remedy: string): Check => ({
  state: 'warn',
  what,
  seen,
  remedy,
});
export const fail = (what: string, seen: string, remedy: string): Check => ({
  state: 'fail',
  what,
  seen,
  remedy,
});

/** An error during a check, as a failed check. */
export function failed(what: string, thrown: unknown, remedy: string): Check {
  const own = thrown instanceof ValiseError ? thrown.details.remedy : undefined;
  return fail(what, messageOf(thrown) || String(thrown), own ?? remedy);
}

/** One line for each check, with a remedy where there is one. */
export function render(checks: readonly Check[]): string {
  const width = Math.max(0, ...checks.map(({ what }) => what.length));
  return checks
    .map(({ state, what, seen, remedy }) => {
      const line = `${state.padEnd(4)}  ${what.padEnd(width)}  ${seen.replace(/\s+/g, ' ')}`;
      return remedy === undefined ? line : `${line} — ${remedy}`;
    })
    .join('\n');
}
