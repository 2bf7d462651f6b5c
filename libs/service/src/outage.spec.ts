import { connectionsTo, Outage } from './outage.js';

function outageWithLog() {
  const lines: string[] = [];
  const clock = { now: 0 };
  const write = (line: unknown): number => lines.push(String(line));
  const outage = new Outage('RabbitMQ at 127.0.0.1:5672', { log: write, warn: write }, () => clock.now);
  return { outage, lines, clock };
}

it('an outage is logged when it begins and when it ends, with what failed between', () => {
  const { outage, lines, clock } = outageWithLog();
  outage.reached();
  outage.ended();
  for (let attempt = 0; attempt < 1_300; attempt++) outage.failed('ECONNREFUSED');
  expect(lines).toEqual(['RabbitMQ at 127.0.0.1:5672 is unreachable: ECONNREFUSED']);
  clock.now = 12_340;
  outage.reached();
  outage.reached();
  expect(lines.slice(1)).toEqual([
    'RabbitMQ at 127.0.0.1:5672 is back after 12.3 s, 1300 attempts failed meanwhile',
  ]);
});

it('sessions that end while the server stays are one line', () => {
  const { outage, lines } = outageWithLog();
  outage.ended();
  outage.ended();
  outage.reached();
  outage.reached();
  expect(lines).toEqual(['RabbitMQ at 127.0.0.1:5672 ended 2 sessions; it can be reached']);
});

it('a server with two connections is unreachable and back once', () => {
  const lines: string[] = [];
  const write = (line: unknown): number => lines.push(String(line));
  const listener = connectionsTo('RabbitMQ at h:1', { log: write, warn: write });
  const [one, other] = [listener(), listener()];
  for (const each of [one, other]) {
    each({ state: 'reconnecting', detail: 'connecting' });
    each({ state: 'connected' });
  }
  expect(lines).toEqual([]);
  for (const each of [one, other, one, other]) each({ state: 'reconnecting', detail: 'ECONNREFUSED' });
  one({ state: 'connected' });
  expect(lines).toEqual(['RabbitMQ at h:1 is unreachable: ECONNREFUSED']);
  other({ state: 'connected', detail: 'kz.from.by: NOT_FOUND' });
  other({ state: 'connected', detail: 'kz.from.by: NOT_FOUND' });
  expect(lines.slice(1)).toEqual([
    expect.stringMatching(/^RabbitMQ at h:1 is back after .* s, 4 attempts failed meanwhile$/),
    'RabbitMQ at h:1: kz.from.by: NOT_FOUND',
  ]);
});
