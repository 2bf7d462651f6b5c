import type { OpenedMessage } from '#envelope';
import type { StatementType, Told } from '#exchange';
import type { Random } from './random.js';

/** What an envelope carries, once it is opened: nothing is encrypted in the simulator. */
export type Cargo =
  | { readonly kind: 'message'; readonly opened: OpenedMessage }
  | {
      readonly kind: 'statement';
      readonly typ: StatementType;
      readonly from: string;
      readonly to: string;
      readonly content: object;
      /** Of the signed statement, and when it was signed in Unix seconds. */
      readonly hash: string;
      readonly iat: number;
    }
  | { readonly kind: 'telling'; readonly told: Told };

export interface Packet {
  readonly from: string;
  readonly to: string;
  /** Of the encrypted bytes, which are new with every publication. */
  readonly sha256: string;
  readonly bytes: number;
  readonly cargo: Cargo;
}

/** How often each thing happens to a packet that is published. */
export interface Weather {
  readonly drop: number;
  readonly double: number;
  readonly reorder: number;
  readonly delay: number;
  readonly replay: number;
}
export const FAIR: Weather = { drop: 0, double: 0, reorder: 0, delay: 0, replay: 0 };

/** Delivers what it likes, when it likes, and remembers everything. It cannot make or alter anything: that is refused when it is opened. */
export class Bus {
  readonly counts = { published: 0, dropped: 0, duplicated: 0, reordered: 0, delayed: 0, replayed: 0 };
  private readonly queues = new Map<string, Packet[]>();
  private readonly delayed: Packet[] = [];
  private readonly seen: Packet[] = [];
  private readonly byHash = new Map<string, Packet>();

  constructor(
    private readonly random: Random,
    public weather: Weather,
  ) {}

  publish(packet: Packet): void {
    const { weather, random, counts } = this;
    counts.published += 1;
    this.byHash.set(packet.sha256, packet);
    if (this.seen.length < 256) this.seen.push(packet);
    else this.seen[random.below(256)] = packet;
    if (random.chance(weather.drop)) {
      counts.dropped += 1;
      return;
    }
    if (random.chance(weather.delay)) {
      counts.delayed += 1;
      this.delayed.push(packet);
      return;
    }
    this.put(packet);
    if (random.chance(weather.double)) {
      counts.duplicated += 1;
      this.put(packet);
    }
    if (random.chance(weather.replay)) {
      counts.replayed += 1;
      this.put(random.pick(this.seen));
    }
  }

  /** What was held back is delivered, long after what came later. */
  letGo(): void {
    for (const packet of this.delayed.splice(0)) this.put(packet);
  }

  /** The bytes of a delivery that somebody kept. */
  packet(sha256: string): Packet | undefined {
    return this.byHash.get(sha256);
  }

  waiting(to: string): string[] {
    return [...this.queues].flatMap(([key, queue]) =>
      queue.length > 0 && key.startsWith(`${to} `) ? [key.slice(to.length + 1)] : [],
    );
  }

  /** The first few of a queue; they stay until they are acknowledged. */
  peek(to: string, from: string, count: number): readonly Packet[] {
    return this.queue(to, from).slice(0, count);
  }

  acknowledge(to: string, from: string, count: number): void {
    this.queue(to, from).splice(0, count);
  }

  private put(packet: Packet): void {
    const queue = this.queue(packet.to, packet.from);
    if (queue.length > 0 && this.random.chance(this.weather.reorder)) {
      this.counts.reordered += 1;
      queue.splice(this.random.below(queue.length), 0, packet);
    } else queue.push(packet);
  }

  private queue(to: string, from: string): Packet[] {
    const key = `${to} ${from}`;
    const queue = this.queues.get(key) ?? [];
    this.queues.set(key, queue);
    return queue;
  }
}
