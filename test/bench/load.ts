/** What it costs a process to load the law, in milliseconds; a program of its own, since modules are loaded once. */
export interface LoadMeasured {
  /** zod, and what every library here rests on. */
  readonly schemas: number;
  readonly law: number;
  readonly checks: number;
}

const started = performance.now();
await import('zod');
await import('#core');
const withSchemas = performance.now();
await import('#treaties');
const withLaw = performance.now();
const { compileRegister, decide } = await import('#policy');
const register = compileRegister({ events: [], authorities: [], arrangements: [], channels: [] });
decide(register, {
  action: 'in-force',
  at: '2026-01-01T00:00:00Z',
  instrument: 'cis-it-crime-2018',
  between: ['KZ'],
});
const withChecks = performance.now();

const measured: LoadMeasured = {
  schemas: withSchemas - started,
  law: withLaw - withSchemas,
  checks: withChecks - withLaw,
};
process.stdout.write(JSON.stringify(measured));
