import { rejected, rejectionOf } from './verdict.js';

it('the reason of a rejection is kept in some length only, and as the database takes it', () => {
  const reason = `unrecognized key "\0${'x'.repeat(500_000)}"`;
  const rejection = rejectionOf(rejected('ENVELOPE_FORMAT', reason));
  expect(rejection?.detail.length).toBeLessThanOrEqual(2_000);
  expect(rejection?.detail).not.toContain('\0');
});
