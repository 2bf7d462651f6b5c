import { Controller, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { COMMITTED, ThrownAsItIs, type Committed, type Delivery } from '#bus';
import { messageOf } from '#core';
import { Admission } from '../books/admission.js';
import { Quarantine } from '../books/quarantine.js';
import { Asks } from './asks.js';

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * What nodes send. Every handler ends with COMMITTED after its transaction, or throws and is tried again; what is
 * wrong with a delivery is recorded, so a refusal commits too.
 */
@Controller()
@UseFilters(ThrownAsItIs)
export class Inbox {
  constructor(
    private readonly admission: Admission,
    private readonly asks: Asks,
    private readonly quarantine: Quarantine,
  ) {}

  @EventPattern('book')
  async book(@Payload() delivery: Delivery): Promise<Committed> {
    const text = await this.text(delivery);
    if (text !== undefined) await this.admission.list(text, sourceOf(delivery));
    return COMMITTED;
  }

  @EventPattern('book-statement')
  async statement(@Payload() delivery: Delivery): Promise<Committed> {
    const text = await this.text(delivery);
    if (text !== undefined) await this.admission.statement(text, sourceOf(delivery));
    return COMMITTED;
  }

  @EventPattern('book-ask')
  async ask(@Payload() delivery: Delivery): Promise<Committed> {
    const text = await this.text(delivery);
    const answered = text === undefined ? { ok: true as const } : await this.asks.answer(text, delivery.from);
    if (!answered.ok) await this.quarantine.record(recordOf(delivery), answered);
    return COMMITTED;
  }

  /** A dead letter: the broker handed it to us many times, and we never acknowledged. */
  @EventPattern('dead')
  async dead(@Payload() delivery: Delivery): Promise<Committed> {
    await this.quarantine.record(recordOf(delivery), {
      ok: false,
      code: 'SERVICE_UNAVAILABLE',
      detail: `a dead letter of kind "${delivery.kind}": it was delivered repeatedly and never handled`,
    });
    return COMMITTED;
  }

  @EventPattern('unknown')
  async unknown(@Payload() delivery: Delivery): Promise<Committed> {
    await this.quarantine.record(recordOf(delivery), {
      ok: false,
      code: 'INPUT_INVALID',
      detail: `a depositary accepts no "${delivery.kind}": only book, book-statement and book-ask`,
    });
    return COMMITTED;
  }

  /** Bytes that are no UTF-8 have no exact text, so they cannot be relayed unaltered. */
  private async text(delivery: Delivery): Promise<string | undefined> {
    try {
      return UTF8.decode(delivery.body);
    } catch (thrown) {
      await this.quarantine.record(recordOf(delivery), {
        ok: false,
        code: 'BOOK_FORMAT',
        detail: messageOf(thrown),
      });
      return undefined;
    }
  }
}

const KIND_CHARACTERS_MAX = 64;

function sourceOf(delivery: Delivery): string {
  return `node:${delivery.from}`;
}

function recordOf(delivery: Delivery) {
  return {
    kind: delivery.kind.slice(0, KIND_CHARACTERS_MAX),
    source: sourceOf(delivery),
    body: delivery.body,
  };
}
