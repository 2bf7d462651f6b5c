import { encryptTogether } from '#envelope';
import { loadCertificate } from '#trust';
import { files } from '../../apps/federation/src/keys.js';
import { until } from '../../apps/federation/src/until.js';
import { quarantine, RECEIVER, SENDER } from '../federation/exchange.js';
import { STEP_MS, testFederation, type TestFederation } from '../federation/harness.js';
import { Interceptor } from '../federation/interceptor.js';

/** Another authority of the sender's node. */
const NEIGHBOUR = 'kz-mvd';

let federation: TestFederation;
let back: Interceptor;

beforeAll(async () => {
  federation = await testFederation('quarantine', { nodes: ['kz', 'by'] });
  back = await Interceptor.on(federation, 'by', 'kz');
});

afterAll(async () => {
  await back.close();
  await federation.stop();
});

it('shows what an envelope of several holds to its recipient alone, not to another authority of the node', async () => {
  const header = Buffer.from('{"typ":"none"}').toString('base64url');
  const content = (payload: string) => ({
    jws: { payload, signatures: [{ protected: header, signature: 'QQ' }] },
    ...{ proofs: [], attachmentKeys: [] },
  });
  const recipient = loadCertificate(files.encryption(federation.folderOf('kz'), SENDER).certificate);
  const body = encryptTogether([content('QQ'), content('Qg')], { from: RECEIVER, recipient });
  const seenBy = async (authority: string) => {
    const rows = await quarantine(federation.api(authority, 'security-officer'));
    return rows.filter(({ kind }) => kind === 'enclosed').length;
  };
  await back.inject('by', { kind: 'envelope', body });
  await until('both in quarantine', STEP_MS, async () => ((await seenBy(SENDER)) === 2 ? true : undefined));
  expect(await seenBy(NEIGHBOUR)).toBe(0);
});
