import { connect } from 'amqplib';
import { attachmentsQueue, outExchange } from '#topology';
import { until } from '../../apps/federation/src/until.js';
import { STEP_MS, type TestFederation } from '../federation/harness.js';

export interface Part {
  readonly attachment: string;
  readonly part: number;
  readonly headers: Record<string, unknown>;
  readonly body: Buffer;
}
type Connection = Awaited<ReturnType<typeof connect>>;
type Channel = Awaited<ReturnType<Connection['createConfirmChannel']>>;

const FORWARD = 'forward.attachments';

/** A hostile bus on the attachments' lane between two nodes: every part comes here first, and `pass` says what goes on. */
export class PartLane {
  /** How often each part was served, by attachment and index. */
  private readonly counts = new Map<string, number>();
  private held: Part[] = [];
  /** What the receiver gets in place of a part; by default the part. `undefined` holds it back. */
  pass: (part: Part, time: number) => readonly Part[] | undefined = (part) => [part];

  private constructor(
    private readonly connection: Connection,
    private readonly channel: Channel,
    private readonly from: string,
    private readonly to: string,
  ) {}

  static async on({ broker, vhost }: TestFederation, from: string, to: string): Promise<PartLane> {
    const { user, password } = broker.admin;
    const connection = await connect(broker.amqpUrl(user, password, vhost), { noDelay: true });
    const lane = new PartLane(connection, await connection.createConfirmChannel(), from, to);
    await lane.install();
    return lane;
  }

  served(attachment: string, part: number): number {
    return this.counts.get(`${attachment} ${part}`) ?? 0;
  }

  /** Waits until so many parts are held back. */
  async holding(count: number): Promise<void> {
    await until(`${count} parts held back`, STEP_MS, () =>
      Promise.resolve(this.held.length >= count ? true : undefined),
    );
  }

  /** What `pass` lets through by now goes on. */
  release(): void {
    for (const part of this.held.splice(0)) this.offer(part, this.served(part.attachment, part.part));
  }

  /** Loses what was held back. */
  lose(): void {
    this.held = [];
  }

  async close(): Promise<void> {
    const [exchange, queue] = [outExchange(this.from), attachmentsQueue(this.to, this.from)];
    await this.channel.bindQueue(queue, exchange, queue);
    await this.channel.unbindQueue(queue, exchange, FORWARD);
    await this.connection.close();
  }

  private async install(): Promise<void> {
    const [exchange, queue] = [outExchange(this.from), attachmentsQueue(this.to, this.from)];
    const { queue: own } = await this.channel.assertQueue('', { exclusive: true, durable: false });
    await this.channel.bindQueue(queue, exchange, FORWARD);
    await this.channel.bindQueue(own, exchange, queue);
    await this.channel.consume(
      own,
      (message) => {
        if (message === null) return;
        const headers = message.properties.headers as Record<string, unknown>;
        this.take({
          attachment: String(headers.attachment),
          part: Number(headers.part),
          headers,
          body: message.content,
        });
      },
      { noAck: true },
    );
    await this.channel.unbindQueue(queue, exchange, queue);
  }

  private take(part: Part): void {
    const key = `${part.attachment} ${part.part}`;
    const time = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, time);
    this.offer(part, time);
  }

  private offer(part: Part, time: number): void {
    const passed = this.pass(part, time);
    if (passed) for (const one of passed) this.forward(one);
    else this.held.push(part);
  }

  private forward({ headers, body }: Part): void {
    const messageId = `${String(headers.attachment)}-${String(headers.part)}`;
    this.channel.publish(outExchange(this.from), FORWARD, body, {
      persistent: true,
      type: 'attachment-part',
      messageId,
      headers,
    });
  }
}
