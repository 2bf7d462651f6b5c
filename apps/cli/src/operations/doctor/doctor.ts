import { existsSync } from 'node:fs';
import { ValiseError } from '#core';
import { readSecret, resolveFrom, type Secret } from '#service';
import { loadCertificate } from '#trust';
import { checkBus } from './bus.js';
import { type Check, fail, ok, warn } from './check.js';
import { checkDatabase } from './database.js';
import { checkAccount, checkFolder, checkKeys, checkSecret } from './keys.js';
import { judgeOutlook } from './outlook.js';
import { judgeRegister, type OwnCertificate } from './register.js';
import { readView, type View } from './view.js';

const GATEWAY_MS = 3_000;

/**
 * Checks everything that a node needs, and changes nothing: files, database, bus, register, the gateway itself.
 *
 * @throws ValiseError CONFIGURATION where the configuration cannot be read at all
 */
export async function examine(configuration: string, now: Date): Promise<Check[]> {
  const view = readView(configuration);
  const database = secretOf('database.url', view.database.url, configuration);
  const bus = secretOf('bus.url', view.bus.url, configuration);
  const found = database.value === undefined ? undefined : await checkDatabase(database.value);
  return [
    ok('configuration', `node ${view.node}, authorities ${view.authorities.map(({ id }) => id).join(', ')}`),
    checkPeers(view),
    database.check,
    bus.check,
    ...checkKeys(view, configuration, now),
    checkFolder(resolveFrom(configuration, view.attachments.folder)),
    ...(found?.checks ?? []),
    ...(found?.books ? judgeRegister(view, found.books, ownCertificates(view, configuration), now) : []),
    ...(found?.books ? judgeOutlook(view, found.books, now) : []),
    ...(bus.value === undefined
      ? []
      : [
          checkAccount(view, bus.value, configuration, now),
          ...(await checkBus(view, bus.value, configuration)),
        ]),
    await checkHttp('gateway', view.listen),
  ];
}

function checkPeers({ node, bus, register }: View): Check {
  const others = bus.peers.filter((peer) => peer !== node);
  return others.length === 0 || register.depositaries.length === 0
    ? fail(
        'peers',
        `peers ${others.join(', ') || 'none'}; depositaries ${register.depositaries.join(', ') || 'none'}`,
        'name them in bus.peers and register.depositaries',
      )
    : ok('peers', `${others.join(', ')}; depositaries ${register.depositaries.join(', ')}`);
}

export function secretOf(
  what: string,
  reference: Secret,
  configuration: string,
): { check: Check; value?: string } {
  const check = checkSecret(what, reference, configuration);
  return check.state === 'fail' ? { check } : { check, value: readSecret(reference, configuration) };
}

/** Those that can be read; the others are reported already. */
function ownCertificates({ authorities }: View, configuration: string): OwnCertificate[] {
  return authorities.flatMap(({ id, seal, encryption }) =>
    [
      { what: `seal of ${id}`, file: seal[0]?.certificate ?? '' },
      { what: `encryption of ${id}`, file: encryption[0]?.certificate ?? '' },
    ].flatMap(({ what, file }) => {
      const path = resolveFrom(configuration, file);
      if (!existsSync(path)) return [];
      try {
        return [{ what, thumbprint: loadCertificate(path).thumbprint }];
      } catch (thrown) {
        if (thrown instanceof ValiseError) return [];
        throw thrown;
      }
    }),
  );
}

/** Whether the process itself answers, and what it says. */
export async function checkHttp(
  what: 'gateway' | 'depositary',
  { host, port }: View['listen'],
): Promise<Check> {
  const url = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
  try {
    const answer = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(GATEWAY_MS) });
    const text = (await answer.text()).slice(0, 300);
    return answer.ok
      ? ok(what, `ready at ${url}`)
      : warn(what, `${url}/ready says ${text}`, `see the checks above and the ${what}’s log`);
  } catch {
    return warn(what, `nothing answers at ${url}`, 'start it, unless it runs elsewhere');
  }
}
