import type { DataSource, EntityManager } from 'typeorm';
import type { Configuration } from '../configuration.js';
import { AttachmentStore } from './store.js';

it('what one authority of a node received takes nothing of the share of another', async () => {
  const attachments = { folder: 'attachments', bytesMax: 1_000, peerFilesMax: 1, peerBytesMax: 1_000 };
  const configuration = { attachments, resolve: (path: string) => path } as unknown as Configuration;
  const store = new AttachmentStore({} as DataSource, configuration);
  // All that is there was sent by by-mvd to kz-knb.
  const tx = {
    findOneBy: () => Promise.resolve(null),
    query: (_: string, values: unknown[]) =>
      Promise.resolve([{ files: values.includes('kz-mvd') ? '0' : '1', bytes: '0' }]),
  } as unknown as EntityManager;
  const one = { id: 'a', name: 'a', mediaType: 'text/plain', bytes: 1, sha256: '' };
  const objection = (to: string) => store.objection(tx, { from: 'by-mvd', to, attachments: [one] });
  expect(await objection('kz-knb')).toContain('more than 1 files');
  expect(await objection('kz-mvd')).toBeUndefined();
});
