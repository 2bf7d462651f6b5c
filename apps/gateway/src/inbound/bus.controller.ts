import { Controller, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { COMMITTED, ThrownAsItIs, type Committed, type Delivery } from '#bus';
import { isDatabaseAway } from '#service';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Pulling } from '../attachments/pull.js';
import { blameOf } from '../database/attempts.js';
import { Receiving } from '../inbound/receiving.js';
import { Quarantine } from '../quarantine/quarantine.js';
import { RegisterSync } from '../register/sync.js';
import { Batches } from './batches.js';

/** As many envelopes share a transaction at most. */
const BATCH_MAX = 50;

/**
 * The entry for deliveries. Each handler returns COMMITTED only when the delivery is settled in the database; anything
 * else leaves the delivery with the broker.
 */
@Controller()
@UseFilters(ThrownAsItIs)
export class BusController {
  private readonly queues = new Map<string, Batches<Delivery>>();

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly receiving: Receiving,
    private readonly pulling: Pulling,
    private readonly register: RegisterSync,
    private readonly quarantine: Quarantine,
  ) {}

  @EventPattern('envelope')
  envelope(@Payload() delivery: Delivery): Promise<Committed> {
    return this.inOrder(delivery, (deliveries) => this.receiving.receive(deliveries));
  }

  @EventPattern('attachment-part')
  attachmentPart(@Payload() delivery: Delivery): Promise<Committed> {
    return this.inOrder(delivery, async (deliveries) => {
      for (const part of deliveries) await this.takePart(part);
    });
  }

  @EventPattern('book')
  book(@Payload() delivery: Delivery): Promise<Committed> {
    return this.inOrder(delivery, async (deliveries) => {
      for (const book of deliveries) await this.register.takeBook(book);
    });
  }

  @EventPattern('book-statement')
  bookStatement(@Payload() delivery: Delivery): Promise<Committed> {
    return this.inOrder(delivery, async (deliveries) => {
      for (const statement of deliveries) await this.register.takeStatement(statement);
    });
  }

  /** Deliveries that the broker gave up: they crashed us, or were never taken. */
  @EventPattern('dead')
  dead(@Payload() delivery: Delivery): Promise<Committed> {
    return this.put(delivery, 'the broker gave up delivering it');
  }

  @EventPattern('unknown')
  unknown(@Payload() delivery: Delivery): Promise<Committed> {
    return this.put(
      delivery,
      `there is no handler for the kind "${delivery.kind.slice(0, 64)}" from ${delivery.from || 'nobody'}`,
    );
  }

  private async takePart(delivery: Delivery): Promise<void> {
    const { to, attachment, part } = delivery.headers;
    if (
      typeof to !== 'string' ||
      typeof attachment !== 'string' ||
      typeof part !== 'number' ||
      !UUID.test(attachment) ||
      !Number.isSafeInteger(part)
    ) {
      await this.put(delivery, 'an attachment’s part needs the headers to, attachment and part');
      return;
    }
    await this.pulling.takePart(delivery, to, attachment, part);
  }

  private async put(delivery: Delivery, detail: string): Promise<Committed> {
    await this.quarantine.put(delivery, { code: 'ENVELOPE_FORMAT', detail });
    return COMMITTED;
  }

  /**
   * One kind of one queue in its order. With the database away nothing is said and the broker keeps the delivery; what
   * fails by its own fault, alone, goes to quarantine: it would fail forever.
   */
  private async inOrder(
    delivery: Delivery,
    run: (deliveries: readonly Delivery[]) => Promise<void>,
  ): Promise<Committed> {
    const key = `${delivery.queue} ${delivery.kind}`;
    let batches = this.queues.get(key);
    if (!batches) this.queues.set(key, (batches = new Batches(run, BATCH_MAX, isDatabaseAway)));
    const queue = batches;
    const blame = await blameOf(this.database, () => queue.add(delivery));
    if (blame) await this.receiving.quarantineFailure(delivery, blame.thrown);
    return COMMITTED;
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
