import type { Certificate } from '#trust';
import { Bus, FAIR } from './bus.js';
import type { Observer } from './database.js';
import { Liar } from './liar.js';
import { checkAtRest } from './invariants.js';
import { AUTHORITIES, BEGINNING } from './law.js';
import { Node } from './node.js';
import { Random } from './random.js';
import { Crash } from './shell.js';
import type { States } from './states.js';

export interface Run {
  readonly seed: number;
  readonly counts: Record<string, number>;
}

export interface Watching {
  /** Told of all transactions of the honest nodes. */
  readonly observer?: Observer | undefined;
  /** Counts states that the world was in. */
  readonly states?: States | undefined;
  /** The steps that are taken of a run's; all of them where it is left out. */
  readonly steps?: ReadonlySet<number> | undefined;
}

/** How many steps a run has before it comes to rest. */
export const STEPS_MAX = 60;

/**
 * One run: nodes, a bad bus and crashes for a while, then a fair bus until nothing moves, then what must hold.
 */
export function simulate(
  seed: number,
  seals: ReadonlyMap<string, Certificate>,
  { observer, states, steps }: Watching = {},
): Run {
  const random = new Random(seed);
  const counts: Record<string, number> = {};
  const bus = new Bus(random, {
    drop: random.pick([0, 0.05, 0.2]),
    double: random.pick([0, 0.1]),
    reorder: random.pick([0, 0.2]),
    delay: random.pick([0, 0.05]),
    replay: random.pick([0, 0.1]),
  });
  const restores = random.pick([0, 0.1]);
  let now = BEGINNING;
  const authorities = AUTHORITIES.slice(0, random.pick([2, 2, 2, 3, 5]));
  const lying = random.chance(0.3);
  // It is the last of five authorities, so that the others are the same with and without it.
  const liar = lying ? new Liar('tj-gknb', random, bus, () => now) : undefined;
  const honest = authorities.filter((own) => own !== liar?.own);
  const everybody = liar ? [...honest, liar.own] : honest;
  const world = {
    random,
    bus,
    now: () => now,
    authorities: everybody,
    seals,
    crashes: random.pick([0, 0.01, 0.05]),
    counts,
    observer,
    rowByRow: random.chance(0.25),
  };
  const nodes = honest.map((own) => new Node(own, random.below(120_000) - 60_000, world));
  const act = (node: Node, step: () => void) => {
    try {
      step();
    } catch (thrown) {
      if (!(thrown instanceof Crash)) throw thrown;
    }
  };

  const planned = 10 + random.below(STEPS_MAX - 10);
  for (let step = 0; step < planned; step++) {
    if (steps && !steps.has(step)) continue;
    random.begin(seed, step);
    now += random.pick([10, 500, 3_000, 20_000]);
    const node = random.pick(nodes);
    if (liar && random.chance(0.3)) liar.act(honest);
    if (random.chance(restores)) {
      if (random.chance(0.5)) node.takeBackup();
      // Epochs count seconds, and nobody restores twice in one.
      else if (((now += 60_000), node.restore())) counts.restores = (counts.restores ?? 0) + 1;
    }
    const dice = random.below(100);
    if (dice < 25)
      act(node, () => {
        node.send();
      });
    else if (dice < 75)
      for (const from of bus.waiting(node.own))
        act(node, () => {
          node.receive(from, 1 + random.below(8));
        });
    else if (dice < 92)
      act(node, () => {
        node.housekeep();
      });
    else if (dice < 94)
      act(node, () => {
        node.heartbeat();
      });
    else if (dice < 96) bus.letGo();
    else if (dice < 98) node.mark = `books of ${now}`;
    else now += 90_000;
    states?.note(nodes);
  }
  random.begin(seed, STEPS_MAX);

  bus.weather = FAIR;
  world.crashes = 0;
  bus.letGo();
  // Long enough for the doubling pauses of requests for what a restore lost.
  for (let round = 0, quiet = 0; round < 120 && quiet < 8; round++) {
    const isQuiet = nodes.every((node) => node.isQuiet() && bus.waiting(node.own).length === 0);
    quiet = isQuiet ? quiet + 1 : 0;
    now += 11_000 * (1 + Math.floor(round / 20));
    for (const node of nodes) {
      for (const from of bus.waiting(node.own)) node.receive(from, 16);
      node.housekeep();
      if (round % 5 === 0) node.heartbeat();
    }
  }
  for (const node of nodes) for (const from of bus.waiting(node.own)) node.receive(from, 1_000);
  for (const [what, count] of Object.entries(bus.counts)) counts[`bus ${what}`] = count;
  checkAtRest(nodes, liar?.own);
  return { seed, counts };
}
