import type { StateRow } from './tables.js';
import { LoadedRows, Missing, View } from './view.js';

const state = (status: StateRow['status']): StateRow => ({
  status,
  storedAt: null,
  acceptedAt: null,
  judgedAt: null,
  rejection: null,
  decision: null,
  registerMark: '',
});

function loaded(): LoadedRows {
  const rows = new LoadedRows();
  rows.set('state', 'there', state('sent'));
  rows.set('state', 'absent', null);
  return rows;
}

describe('a view', () => {
  it('reads what is loaded, and says what is not', () => {
    const view = new View(loaded());
    expect(view.read('state', 'there')?.status).toBe('sent');
    expect(view.read('state', 'absent')).toBeNull();
    expect(() => view.read('state', 'unknown')).toThrow(Missing);
    expect(() => view.readAll('state', ['there', 'one', 'two'])).toThrow('state one, state two');
    expect(() => {
      view.need([
        { table: 'state', key: 'there' },
        { table: 'case', key: 'there' },
      ]);
    }).toThrow('not loaded: case there');
  });

  it('lets a layer see what was changed below, and leaves nothing of one that is dropped', () => {
    const view = new View(loaded());
    view.put('state', 'there', state('stored'));
    const dropped = view.layer();
    expect(dropped.read('state', 'there')?.status).toBe('stored');
    dropped.put('state', 'there', state('rejected'));
    dropped.put('state', 'new', state('queued'));
    expect(view.read('state', 'there')?.status).toBe('stored');

    const kept = view.layer();
    kept.put('state', 'there', state('accepted'));
    view.merge(kept);
    const changes = view.changes();
    expect([...(changes.state ?? [])]).toEqual([['there', state('accepted')]]);
    expect(view.loaded('state', 'there')?.status).toBe('sent');
  });

  it('counts a row that was made and removed again as no change', () => {
    const view = new View(loaded());
    view.put('state', 'absent', state('queued'));
    view.remove('state', 'absent');
    expect(view.changes()).toEqual({});
    view.remove('state', 'there');
    expect([...(view.changes().state ?? [])]).toEqual([['there', null]]);
  });

  it('lists what was put in it and below it, as it is now', () => {
    const view = new View(loaded());
    view.put('state', 'one', state('queued'));
    const layer = view.layer();
    layer.put('state', 'one', state('void'));
    layer.put('state', 'two', state('queued'));
    expect([...layer.changed('state')].map(([key, row]) => [key, row?.status])).toEqual([
      ['one', 'void'],
      ['two', 'queued'],
    ]);
    expect([...view.changed('state').keys()]).toEqual(['one']);
  });
});
