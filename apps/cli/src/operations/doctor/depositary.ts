import { loadConfiguration, resolveFrom, secret } from '#service';
import { keeperOf } from '#treaties';
import { z } from 'zod';
import { checkBus } from './bus.js';
import { type Check, fail, ok } from './check.js';
import { checkDepositaryDatabase } from './database.js';
import { checkHttp, secretOf } from './doctor.js';
import { checkAccount, checkAnchors, checkSigning } from './keys.js';

const file = z.string().min(1).max(1024);

/**
 * The part of a depositary's configuration that is examined; the depositary checks the whole file by its strict schema
 * when it starts.
 */
const viewSchema = z.object({
  organisation: z.enum(['CIS', 'CSTO']),
  node: z.string(),
  listen: z.object({ host: z.string().default('127.0.0.1'), port: z.int() }),
  database: z.object({ url: secret }),
  bus: z.object({
    url: secret,
    tls: z.object({ ca: file, certificate: file, key: file }).optional(),
  }),
  peers: z.array(z.string()),
  signing: z.object({ certificate: file, key: file }),
  anchors: z.array(z.object({ keeper: z.string(), certificate: file })),
});

/** Everything that a depositary needs; changes nothing. @throws ValiseError CONFIGURATION */
export async function examineDepositary(configuration: string, now: Date): Promise<Check[]> {
  const view = loadConfiguration(configuration, viewSchema);
  const { organisation, node, peers, anchors, signing } = view;
  const database = secretOf('database.url', view.database.url, configuration);
  const bus = secretOf('bus.url', view.bus.url, configuration);
  const found = database.value === undefined ? undefined : await checkDepositaryDatabase(database.value);
  const onBus = { node, bus: { ...view.bus, peers }, register: { depositaries: [] } };
  const at = (name: string): string => resolveFrom(configuration, name);
  const pair = { certificate: at(signing.certificate), key: at(signing.key) };
  return [
    ok('configuration', `depositary ${node} of the ${organisation}`),
    peers.length === 0
      ? fail('peers', 'none', 'name the nodes that receive the books in peers')
      : ok('peers', peers.join(', ')),
    database.check,
    bus.check,
    checkSigning(pair, organisation, now),
    ...checkAnchors(anchors, configuration, now).checks,
    ...(found?.checks ?? []),
    ...(found?.books ? judgeBooks(organisation, anchors, found.books) : []),
    ...(bus.value === undefined
      ? []
      : [
          checkAccount(onBus, bus.value, configuration, now),
          ...(await checkBus(onBus, bus.value, configuration)),
        ]),
    await checkHttp('depositary', view.listen),
  ];
}

/** Its own book, and of every pinned keeper the list. */
function judgeBooks(
  organisation: string,
  anchors: readonly { keeper: string }[],
  books: readonly { book: string; version: number }[],
): Check[] {
  const own = books.find(({ book }) => book === `treaty:${organisation}`);
  const lists = anchors.map(({ keeper }): Check => {
    const held = books.find(({ book }) => keeperOf(book) === keeper);
    const what = `list of ${keeper}`;
    return held
      ? ok(what, `version ${held.version}`)
      : {
          state: 'warn',
          what,
          seen: 'none has been submitted',
          remedy: 'ask its keeper: valise books submit',
        };
  });
  return [
    own
      ? ok(own.book, `version ${own.version}`)
      : {
          state: 'warn',
          what: `treaty:${organisation}`,
          seen: 'nothing was recorded',
          remedy: 'record what was notified: valise api POST /v1/events events.yaml',
        },
    ...lists,
  ];
}
