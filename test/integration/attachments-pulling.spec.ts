import { encryptChunk } from '#envelope';
import { Pulling } from '../../apps/gateway/src/attachments/pull.js';
import { query } from '../federation/services.js';
import { useAttachmentRows, OWN } from './attachments-rows-harness.js';

const rows = useAttachmentRows();

/** A node that pulls, with a broker that takes what it is told to take. */
function pulling({ takes = true, free = 2 ** 40 } = {}) {
  const published: object[] = [];
  const written: number[] = [];
  const kept: string[] = [];
  const bus = { takes };
  const publishing = {
    statement: (statement: object) => {
      if (bus.takes) published.push(statement);
      return Promise.resolve(bus.takes);
    },
  };
  const files = {
    freeBytes: () => Promise.resolve(free),
    writePart: (_: string, __: string, part: number) => Promise.resolve(written.push(part)),
  };
  const quarantine = {
    put: async ({ body }: { body: Buffer }, { code, detail, authority }: Record<string, string>) => {
      kept.push(body.toString());
      await rows().pool.query(
        `INSERT INTO quarantine (key, node, code, detail, authority, at, last_at, times) VALUES ($1, 'kz', $2, $3, $4, now(), now(), 1)`,
        [body.toString(), code, detail, authority],
      );
    },
  };
  const service = new Pulling(
    rows().database,
    { resendAfterSeconds: 60, attachments: { freeBytesMin: 0 } } as never,
    { isLeader: true } as never,
    { files } as never,
    { snapshot: { authorities: new Map([['kz-knb', { node: 'kz' }]]) } } as never,
    publishing as never,
    { wake: () => undefined } as never,
    quarantine as never,
  );
  const take = (id: string, part: number, body: Buffer) =>
    service.takePart({ kind: 'attachment-part', exchange: '', queue: '', from: 'kz', body }, OWN, id, part);
  return { service, published, written, kept, bus, take };
}

const aged = () => query(rows().url, `UPDATE attachment SET asked_at = now() - interval '61 seconds'`);

describe('pulling', () => {
  it('asks for parts of the message that named them, and again after a pause', async () => {
    const { key, ids } = await rows().message({});
    const [id = ''] = ids;
    const { service, published } = pulling();
    await service.askForMissing();
    const [{ d } = { d: '' }] = await query<{ d: string }>(rows().url, 'SELECT d FROM message');
    const content = { from: OWN, to: 'kz-knb', D: d, attachment: id, first: 0, count: 1 };
    expect(published).toEqual([{ own: OWN, peer: 'kz-knb', typ: 'valise-range+jws', content }]);
    await service.askForMissing();
    expect(published).toHaveLength(1);
    await aged();
    await service.askForMissing();
    expect(published).toHaveLength(2);
    expect(await rows().attachment(id)).toMatchObject({ asks: 2, failure: null, messageKey: key });
  });

  it('says what the broker did not take, and asks for it again without growing pauses', async () => {
    const { ids } = await rows().message({});
    const [id = ''] = ids;
    const { service, published, bus } = pulling({ takes: false });
    for (let time = 0; time < 3; time++) {
      await service.askForMissing();
      await aged();
    }
    expect(await rows().attachment(id)).toMatchObject({ asks: 0, status: 'pulling' });
    expect((await rows().attachment(id)).failure).toContain('could not be published');
    bus.takes = true;
    await service.askForMissing();
    expect(published).toHaveLength(1);
  });

  it('one whose sender left the list says so, and delays no other', async () => {
    const gone = await rows().message({ peer: 'am-nss' });
    const { ids } = await rows().message({});
    const { service, published } = pulling();
    await service.askForMissing();
    expect(published).toMatchObject([{ content: { attachment: ids[0] } }]);
    expect((await rows().attachment(gone.ids[0] ?? '')).failure).toContain(
      'no list names the authority am-nss',
    );
    expect((await rows().attachment(gone.ids[0] ?? '')).asks).toBe(1);
  });

  it('asks for nothing while the disk is nearly full', async () => {
    const { ids } = await rows().message({});
    const { service, published } = pulling({ free: 1 });
    await service.askForMissing();
    expect(published).toEqual([]);
    expect((await rows().attachment(ids[0] ?? '')).failure).toContain('the disk is full');
  });

  it('keeps one bad part as evidence, however many others come in its place, and takes the good one', async () => {
    const { ids } = await rows().message({});
    const [id = ''] = ids;
    const { take, kept, written } = pulling();
    for (const bad of ['one', 'two', 'three']) await take(id, 0, Buffer.from(bad));
    expect(kept).toEqual(['one']);
    expect(await rows().attachment(id)).toMatchObject({ status: 'pulling', partsDone: 0 });
    const good = encryptChunk((await rows().attachment(id)).key, 0, true, Buffer.alloc(10));
    await Promise.all([take(id, 0, good), take(id, 0, good)]);
    expect(written).toEqual([0]);
    expect(await rows().attachment(id)).toMatchObject({ status: 'verifying', partsDone: 1, partsTotal: 1 });
    await take(id, 0, good);
    expect(written).toEqual([0]);
  });
});
