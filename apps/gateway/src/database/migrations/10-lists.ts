import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whose every leaf of the ledger is, so that an authority's auditors can read theirs; and to whom an attachment goes. */
export class Lists1000000000010 implements MigrationInterface {
  readonly name = 'Lists1000000000010';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [
      'ALTER TABLE ledger_leaf ADD COLUMN authority text',
      'ALTER TABLE ledger_leaf DISABLE TRIGGER append_only',
      ...WHOSE,
      'ALTER TABLE ledger_leaf ENABLE TRIGGER append_only',
      'CREATE INDEX ledger_leaf_listed ON ledger_leaf (authority, id)',
      `UPDATE attachment SET peer = message.recipient FROM message WHERE message.key = message_key AND attachment.direction = 'out'`,
    ])
      await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE ledger_leaf DROP COLUMN authority');
  }
}

/** Of older leaves as far as it can be told; the others are the node's, which no authority reads. */
const WHOSE = [
  `UPDATE ledger_leaf SET authority = content->>'authority' WHERE kind IN ('access', 'administration')`,
  `UPDATE ledger_leaf SET authority = content->>'from' WHERE kind = 'message-refused'`,
  `UPDATE ledger_leaf SET authority = message.authority FROM message
   WHERE kind IN ('message-sent', 'message-received', 'message-voided', 'receipt-received') AND message.d = content->>'d'
     AND direction = CASE kind WHEN 'message-received' THEN 'in' ELSE 'out' END`,
  `UPDATE ledger_leaf SET authority = quarantine.authority FROM quarantine
   WHERE ledger_leaf.kind = 'quarantined' AND quarantine.sha256 = content->>'sha256' AND quarantine.code = content->>'code'`,
];
