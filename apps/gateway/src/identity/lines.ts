import type { EntityManager } from 'typeorm';
import { BOOTSTRAP } from './first-administrator.js';

/**
 * Whether two administrators are of different lines. A line is a first administrator, whom the configuration names, with everybody for whom
 * that one asked, or for whom one of them asked. Whoever asks for further accounts gets them in one line, however
 * many they are and no matter who approved them; so two lines are never one person's doing.
 */
export async function areOfTwoLines(tx: EntityManager, one: string, other: string): Promise<boolean> {
  const [first, second] = [await beginningOf(tx, one), await beginningOf(tx, other)];
  return first !== undefined && second !== undefined && first !== second;
}

/** The first administrator's token of a token's line. */
async function beginningOf(tx: EntityManager, token: string): Promise<string | undefined> {
  const [first]: { id: string }[] = await tx.query(
    `WITH RECURSIVE line AS (
       SELECT id, created_by FROM access_token WHERE id = $1
       UNION
       SELECT asking.id, asking.created_by FROM line JOIN access_token AS asking
         ON asking.id = CASE WHEN line.created_by <> $2 THEN line.created_by::uuid END)
     SELECT id FROM line WHERE created_by = $2`,
    [token, BOOTSTRAP],
  );
  return first?.id;
}
