import type { TestFederation } from './harness.js';

/** What is sent meanwhile has its number and identity, and its relay comes to all of it together, afterwards. */
export async function whileNothingIsRelayed(
  federation: TestFederation,
  node: string,
  act: () => Promise<void>,
): Promise<void> {
  await federation.sql(
    node,
    `CREATE FUNCTION later() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.next_attempt_at = now() + interval '1 day'; RETURN NEW; END $$;
     CREATE TRIGGER later BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION later()`,
  );
  await act();
  await federation.sql(
    node,
    'DROP TRIGGER later ON outbox; DROP FUNCTION later(); UPDATE outbox SET next_attempt_at = now()',
  );
}
