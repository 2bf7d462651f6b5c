/** What it costs a process to load the law, in milliseconds; a program of its own, since modules are loaded once. */
export interface LoadMeasured {
  /** zod and core. */
  readonly libraries: number;
  /** Of the register's input: zod builds it, and itself with the first one. */
  readonly schemas: number;
  /** All instruments as data, with the treaties' texts. */
  readonly law: number;
  /** libs/policy with its own schemas, and the first decision, which compiles an instrument's checks. */
  readonly policy: number;
}

const moments: number[] = [performance.now()];
const passed = (): void => {
  moments.push(performance.now());
};
await import('zod');
await import('#core');
passed();
await import('../../libs/treaties/src/register.js');
passed();
await import('#treaties');
passed();
const { compileRegister, decide } = await import('#policy');
const register = compileRegister({ events: [], authorities: [], arrangements: [], channels: [] });
decide(register, {
  action: 'in-force',
  at: '2026-01-01T00:00:00Z',
  instrument: 'cis-it-crime-2018',
  between: ['KZ'],
});
passed();

const between = (index: number): number => (moments[index + 1] ?? 0) - (moments[index] ?? 0);
const measured: LoadMeasured = {
  libraries: between(0),
  schemas: between(1),
  law: between(2),
  policy: between(3),
};
process.stdout.write(JSON.stringify(measured));
