import type { CaseState } from '#cases';
import { byEffect, type PlaceInCase, rebuildCase } from './cases.js';
import { keyOf, LoadedRows, type Row, View } from './index.js';
import { instantAt } from './settlement.js';

const place = (opens: boolean, at: number, n: number, ep = 1): PlaceInCase => ({ opens, at, ep, n });

describe('the order in which messages of a case are replayed', () => {
  it('begins with the opening message, also where another was stored before it', () => {
    const opening = place(true, 50, 1);
    const waited = place(false, 20, 2);
    expect([waited, opening].sort(byEffect)).toEqual([opening, waited]);
    expect([opening, waited].sort(byEffect)).toEqual([opening, waited]);
  });

  it('is that of their times, and of their numbers within one instant', () => {
    const [first, second, third] = [place(false, 10, 7), place(false, 20, 3), place(false, 20, 4)];
    expect([third, second, first].sort(byEffect)).toEqual([first, second, third]);
    const next = place(false, 20, 1, 2);
    expect([next, third].sort(byEffect)).toEqual([third, next]);
  });
});

describe('a case that is made again', () => {
  const [OWN, PEER, CASE] = ['by-mvd', 'kz-knb', '01890a5d-ac96-774b-bcce-b302099a8051'];
  const id = (n: number) => `01890a5d-ac96-774b-bcce-b302099a805${n}`;
  const MINUTE = 60_000;

  /** A message of the case, as its row says when it came or went, and when it was judged. */
  function rowsOf(
    rows: LoadedRows,
    {
      direction,
      n,
      type,
      at,
      judgedAt,
    }: Pick<Row<'message'>, 'direction' | 'n' | 'type'> & {
      readonly at: number;
      readonly judgedAt: number | null;
    },
  ): string {
    const key = keyOf.message(OWN, PEER, direction, 1, n);
    const [from, to] = direction === 'in' ? [PEER, OWN] : [OWN, PEER];
    const name = direction === 'in' ? id(n) : id(n + 5);
    const sentAt = instantAt(at);
    const extent = type === 'refusal' ? 'full' : null;
    const act = {
      type,
      instrument: 'cis-it-crime-2018',
      from,
      to,
      sentAt,
      deadline: null,
      confidential: false,
    };
    rows.set('message', key, {
      ...{ own: OWN, peer: PEER, direction, ep: 1, n, id: name, caseId: CASE, type, level: 'open', D: name },
      ...{ instrument: 'cis-it-crime-2018', prev: null, bytes: 1, decision: null, createdBy: null },
      event: { kind: 'message', direction, id: name, ...act, extent } as Row<'message'>['event'],
      ...{ createdAt: at, sentAt: at, expiresAt: 0, attachments: [] },
    });
    rows.set('state', key, {
      ...{ status: 'accepted', storedAt: at, acceptedAt: judgedAt ?? at, judgedAt },
      ...{ rejection: null, decision: null, registerMark: '' },
    });
    return key;
  }

  it('takes what had waited where it was judged, not where it was stored', () => {
    const rows = new LoadedRows(true);
    const keys = [
      rowsOf(rows, { direction: 'in', n: 1, type: 'request', at: 0, judgedAt: 0 }),
      // Stored, and behind a gap until number 2 had come; meanwhile we refused.
      rowsOf(rows, { direction: 'in', n: 3, type: 'withdrawal', at: MINUTE, judgedAt: 4 * MINUTE }),
      rowsOf(rows, { direction: 'out', n: 1, type: 'refusal', at: 2 * MINUTE, judgedAt: null }),
      rowsOf(rows, { direction: 'in', n: 2, type: 'reminder', at: 4 * MINUTE, judgedAt: 4 * MINUTE }),
    ];
    const key = keyOf.case(OWN, CASE);
    rows.set('caseMessages', key, { keys: keys.toReversed() });
    rows.set('case', key, {
      ...{
        own: OWN,
        id: CASE,
        counterpart: PEER,
        instrument: 'cis-it-crime-2018',
        openedAt: 0,
        updatedAt: 0,
      },
      state: { requestId: CASE } as CaseState,
    });
    const view = new View(rows);
    rebuildCase(view, OWN, CASE);
    const { counts } = view.read('case', key)?.state ?? {};
    expect(counts).toEqual({ request: 1, refusal: 1, reminder: 1, withdrawal: 1 });
  });
});
