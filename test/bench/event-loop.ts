import { text } from 'node:stream/consumers';
import type { Federation } from '../../apps/federation/src/federation.js';

/** How late timers of a process fired since it was last asked: what others in it waited for the thread. Milliseconds. */
export interface EventLoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Node.js measures by a timer of this period, which is in its figures. */
const RESOLUTION_MS = 10;

/** Of a node's gateway, from its own metrics; asking begins a new count. */
export async function eventLoopDelay(federation: Federation, node: string): Promise<EventLoopDelay> {
  const metrics = await text(await federation.administrator(node).download('/metrics'));
  const of = (name: string): number => {
    const [, seconds] =
      new RegExp(`^valise_nodejs_eventloop_lag_${name}_seconds (\\S+)$`, 'm').exec(metrics) ?? [];
    return Math.max(0, 1000 * Number(seconds) - RESOLUTION_MS);
  };
  return { p50: of('p50'), p99: of('p99'), max: of('max') };
}
