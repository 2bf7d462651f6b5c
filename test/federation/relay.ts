import { until } from '../../apps/federation/src/until.js';
import { STEP_MS, type TestFederation } from './harness.js';

interface Connection {
  readonly name: string;
  readonly vhost: string;
  readonly client_properties?: { readonly connection_name?: string };
}

/**
 * The broker does not let the node send meanwhile: what is sent has its number and identity, and its relay comes to all of it together,
 * afterwards.
 */
export async function whileNothingIsRelayed(
  federation: TestFederation,
  node: string,
  act: () => Promise<void>,
): Promise<void> {
  const permissions = `/api/permissions/${encodeURIComponent(federation.vhost)}/${node}`;
  const before = await federation.management('GET', permissions);
  await federation.management('DELETE', permissions);
  await until(`${node} sends nothing`, STEP_MS, async () => {
    // Permission is asked for when a connection opens.
    for (const name of await sending(federation, node))
      await federation
        .management('DELETE', `/api/connections/${encodeURIComponent(name)}`)
        .catch(() => undefined);
    const { bus } = (await (await fetch(`${federation.urlOf(node)}/ready`)).json()) as {
      bus: { sends: string };
    };
    return bus.sends === 'connected' ? undefined : true;
  });
  await act();
  await federation.management('PUT', permissions, before);
}

async function sending(federation: TestFederation, node: string): Promise<string[]> {
  const { vhost } = federation;
  const connections = (await federation.management('GET', '/api/connections')) as Connection[];
  return connections.flatMap((one) =>
    one.vhost === vhost && one.client_properties?.connection_name === `${node} sends` ? one.name : [],
  );
}
