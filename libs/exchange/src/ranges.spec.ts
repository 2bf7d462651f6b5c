import type { Range } from '#envelope';
import { keyOf, LoadedRows, type Row, View } from './index.js';
import { takeRange } from './ranges.js';
import type { Circumstances } from './settlement.js';

const [OWN, PEER, THIRD] = ['by-mvd', 'kz-knb', 'am-nss'];
const NOW = Date.parse('2026-03-01T12:00:00Z');
const [D, OTHER] = [1, 2].map((byte) => Buffer.alloc(32, byte).toString('base64url'));
const FILE = '01890a5d-ac96-774b-bcce-b30200000001';
const UNKNOWN = '01890a5d-ac96-774b-bcce-b30200000002';
const PARTS = 3;
const asking = { hash: 'one request', iat: NOW / 1000 };
const circumstances = { at: NOW } as Circumstances;

/** A file of three parts, of a message in this state. */
function takenOf(
  ask: Partial<Range>,
  {
    status = 'accepted',
    file = {},
  }: { readonly status?: Row<'state'>['status']; readonly file?: Partial<Row<'attachment'>> } = {},
) {
  const rows = new LoadedRows(true);
  const message = keyOf.message(OWN, PEER, 'out', 1, 1);
  const attachment = {
    own: OWN,
    direction: 'out',
    id: FILE,
    peer: PEER,
    message,
    status: 'announced',
    partsServed: 0,
  };
  rows.set('attachment', keyOf.attachment(OWN, 'out', FILE), {
    ...attachment,
    bytes: PARTS * 1024 * 1024,
    ...file,
  } as Row<'attachment'>);
  rows.set('message', message, { own: OWN, peer: PEER, ep: 1, n: 1, D } as Row<'message'>);
  rows.set('state', message, { status } as Row<'state'>);
  const range = { from: PEER, to: OWN, D: D ?? '', attachment: FILE, first: 0, count: PARTS, ...ask };
  const view = new View(rows);
  const { is } = takeRange(view, circumstances, range, asking);
  return [is, view.changes().attachment?.get(keyOf.attachment(OWN, 'out', FILE))?.partsServed ?? 0];
}

it('parts are served to the recipient of their message, and it is noted how far', () => {
  expect(takenOf({})).toEqual(['served', PARTS]);
  expect(takenOf({ first: 1, count: 1 })).toEqual(['served', 2]);
});

it.each<[string, Partial<Range>]>([
  ['somebody else’s message', { from: THIRD }],
  ['another message', { D: OTHER ?? '' }],
  ['a file that is not there', { attachment: UNKNOWN }],
  ['a name that is no identifier', { attachment: 'file' }],
  ['a part beyond the last', { first: PARTS, count: 1 }],
  ['more parts than there are', { first: 1, count: PARTS }],
])('%s can be asked for by nobody', (_, ask) => {
  expect(takenOf(ask)).toEqual(['unfit', 0]);
});

it('a file that no message names is nobody’s', () => {
  expect(takenOf({}, { file: { message: null } })).toEqual(['unfit', 0]);
});

it.each<[string, Parameters<typeof takenOf>[1]]>([
  ['of a rejected message', { status: 'rejected' }],
  ['of a void one', { status: 'void' }],
  ['that were deleted', { file: { status: 'deleted' } }],
])('parts %s are not needed any more', (_, state) => {
  expect(takenOf({}, state)).toEqual(['refused', 0]);
});
