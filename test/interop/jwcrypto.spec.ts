import fc from 'fast-check';
import { join } from 'node:path';
import { open } from '#envelope';
import { worldOf } from '../../libs/envelope/testing/attacks.js';
import { anyBody, plainlyNamedBody } from '../../libs/envelope/testing/bodies.js';
import {
  envelopeOf,
  type Holder,
  makeOffices,
  type MadeOffices,
  NOW,
  openerOf,
  samplePayload,
  sealBy,
} from '../../libs/envelope/testing/offices.js';
import { carrying, consentBy } from '../../libs/envelope/testing/proofs.js';
import { describeWith, PYTHON, run } from './tools.js';

const PEER = join(import.meta.dirname, 'jwcrypto_peer.py');
/** Python takes a second to start: six random messages at once, and no shrinking. */
const ONE_BATCH = { numRuns: 1, endOnFailure: true };
const OFFICERS = [[], ['head'], ['head', 'deputy']] as const;

function peer<T>(tasks: readonly object[]): T[] {
  return JSON.parse(run(PYTHON, [PEER], JSON.stringify(tasks)).toString()) as T[];
}
const privatePem = ({ key }: Holder): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const publicPem = ({ certificate }: Holder): string =>
  certificate.publicKey.export({ type: 'spki', format: 'pem' }).toString();

/** python3-jwcrypto knows both suites; it is independent of us, and its side here is written from the protocol page. */
describeWith(PYTHON, ['-c', 'import jwcrypto'], 'python3-jwcrypto').each(['P-256', 'RSA'] as const)(
  'jwcrypto, suite %s',
  (suite) => {
    let offices: MadeOffices;
    beforeAll(async () => {
      offices = await makeOffices(suite);
    }, 120_000);

    const opening = (envelope: Buffer) => ({
      do: 'open',
      envelope: envelope.toString(),
      key: privatePem(offices.by.encryption),
      certificates: Object.fromEntries(
        [offices.kz, offices.am]
          .flatMap(({ head, deputy, seal }) => [head, deputy, seal])
          .map((holder) => [holder.certificate.thumbprint, publicPem(holder)]),
      ),
    });

    it('opens and verifies whatever we seal', () => {
      const { kz, by } = offices;
      fc.assert(
        fc.property(fc.array(anyBody, { minLength: 6, maxLength: 6 }), (bodies) => {
          const sent = bodies.map((body, index) =>
            sealBy(kz, samplePayload({ body }), OFFICERS[index % OFFICERS.length]),
          );
          const read = peer(sent.map((sealed) => opening(envelopeOf(sealed, kz, by))));
          expect(read).toEqual(
            sent.map(({ D }, index) => ({
              D,
              payload: samplePayload({ body: bodies[index] ?? {} }),
              roles: [['seal'], ['head', 'seal'], ['head', 'deputy-head', 'seal']][index % OFFICERS.length],
              proofs: [],
            })),
          );
        }),
        ONE_BATCH,
      );
    });

    it('verifies the proofs that travel beside a message', () => {
      const world = worldOf(offices, { now: NOW, payload: samplePayload });
      const [read] = peer([opening(carrying(world, [consentBy(world)]))]);
      expect(read).toMatchObject({ proofs: [['head', 'deputy-head', 'seal']] });
    });

    it('makes what we open', () => {
      const { kz, by } = offices;
      const alg = suite === 'RSA' ? 'PS256' : 'ES256';
      const keyManagement = suite === 'RSA' ? 'RSA-OAEP-256' : 'ECDH-ES+A256KW';
      const signer = (holder: Holder, role: string) => ({
        kid: holder.certificate.thumbprint,
        key: privatePem(holder),
        role,
      });
      const all = [signer(kz.head, 'head'), signer(kz.deputy, 'deputy-head')];
      fc.assert(
        fc.property(fc.array(plainlyNamedBody, { minLength: 6, maxLength: 6 }), (bodies) => {
          const tasks = bodies.map((body, index) => ({
            do: 'make',
            alg,
            keyManagement,
            iat: NOW,
            payload: samplePayload({ body }),
            officers: all.slice(0, index % 3),
            seal: signer(kz.seal, 'seal'),
            recipient: { kid: by.encryption.certificate.thumbprint, key: publicPem(by.encryption) },
          }));
          for (const [index, { envelope }] of peer<{ envelope: string }>(tasks).entries()) {
            const opened = open(Buffer.from(envelope), openerOf(by, offices));
            expect(opened).toMatchObject({ ok: true, payload: tasks[index]?.payload, seal: { n: 7 } });
            expect(opened).toHaveProperty('officers.length', index % 3);
          }
        }),
        ONE_BATCH,
      );
    });

    it('refuses what was altered on its way', () => {
      const { kz, by } = offices;
      const sealed = sealBy(kz, samplePayload());
      const jws = { ...sealed.jws, payload: sealBy(kz, samplePayload({ level: 'secret' })).jws.payload };
      expect(() => peer([opening(envelopeOf({ ...sealed, jws }, kz, by))])).toThrow('InvalidJWSSignature');
    });
  },
);
