/** A message or a draft as lists show it. */
export interface ListedMessage {
  readonly direction: 'in' | 'out';
  readonly id: string;
  readonly sender: string;
  readonly recipient: string;
  readonly caseId: string;
  readonly type: string;
  readonly instrument: string;
  readonly level: string;
  readonly status: string;
  readonly d: string | null;
  readonly ep: number | null;
  readonly n: number | null;
  readonly createdAt: Date;
  readonly sentAt: Date | null;
  readonly storedAt: Date | null;
  readonly acceptedAt: Date | null;
  readonly expiresAt: Date;
  readonly rejection: { readonly code: string; readonly rule?: string; readonly detail: string } | null;
}

const NUMBERED = `SELECT m.own, m.seq, m.direction, m.id, m.peer,
    CASE m.direction WHEN 'out' THEN m.own ELSE m.peer END AS sender, CASE m.direction WHEN 'out' THEN m.peer ELSE m.own END AS recipient,
    m.case_id, m.type, m.instrument, m.level, s.status, m.d, m.ep, m.n,
    m.created_at, m.sent_at, s.stored_at, s.accepted_at, m.expires_at, s.rejection
  FROM message m JOIN message_state s
    ON s.own = m.own AND s.peer = m.peer AND s.direction = m.direction AND s.ep = m.ep AND s.n = m.n`;

const DRAFTED = `SELECT own, seq, 'out' AS direction, id, peer, own AS sender, peer AS recipient,
    case_id, type, instrument, level, status, NULL::text AS d, NULL::integer AS ep, NULL::bigint AS n,
    created_at, NULL::timestamptz AS sent_at, NULL::timestamptz AS stored_at, NULL::timestamptz AS accepted_at, expires_at,
    NULL::jsonb AS rejection
  FROM draft`;

/** What lists read. */
export const LISTING_SCHEMA: readonly string[] = [
  `CREATE VIEW numbered_listing AS ${NUMBERED}`,
  `CREATE VIEW draft_listing AS ${DRAFTED}`,
  'CREATE VIEW message_listing AS SELECT * FROM numbered_listing UNION ALL SELECT * FROM draft_listing',
  // Of what is left of an erased leaf nobody can tell the kind. What was there before the logs of pairs says in `text` what it was about.
  `CREATE VIEW ledger_entry AS
    SELECT own, seq, ep, idx, salt, hash, (entry->>'at')::timestamptz AS at, coalesce(entry->>'kind', 'erased') AS kind,
      CASE WHEN peer <> own THEN peer WHEN ep = 0 THEN entry->>'peer' END AS peer,
      coalesce(CASE WHEN peer = own AND ep = 0 THEN entry->'content' ELSE entry END, '{}') AS content
    FROM (SELECT leaf.*, text::jsonb AS entry FROM leaf WHERE side = 'own') AS own_leaf`,
];
