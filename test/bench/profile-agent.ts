/**
 * Loaded into gateways with NODE_OPTIONS=--import=… by `valise bench --profile`: SIGUSR2 starts the sampling profiler,
 * the next one stops it and writes <folder>/<node>.cpuprofile.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { basename, dirname, join } from 'node:path';

const folder = process.env.VALISE_BENCH_PROFILE;
const INTERVAL_MICROSECONDS = 200;

if (folder !== undefined) {
  const name = basename(dirname(process.argv[2] ?? 'unknown/'));
  let session: Session | undefined;
  process.on('SIGUSR2', () => {
    void (session === undefined ? start() : stop(session));
  });

  async function start(): Promise<void> {
    session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: INTERVAL_MICROSECONDS });
    await session.post('Profiler.start');
  }

  async function stop(running: Session): Promise<void> {
    session = undefined;
    const { profile } = await running.post('Profiler.stop');
    running.disconnect();
    const file = join(folder ?? '', `${name}.cpuprofile`);
    writeFileSync(`${file}.new`, JSON.stringify(profile));
    renameSync(`${file}.new`, file);
  }
}
