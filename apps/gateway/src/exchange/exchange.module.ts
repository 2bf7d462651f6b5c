import { Global, Module } from '@nestjs/common';
import { Endings } from '../attachments/endings.js';
import { Expiry } from '../attachments/expiry.js';
import { Pulling } from '../attachments/pull.js';
import { Serving } from '../attachments/serve.js';
import { Verification } from '../attachments/verify.js';
import { BusController } from '../bus/bus.controller.js';
import { Asks } from './asks.js';
import { Cases } from './cases.js';
import { Drafts } from './drafts.js';
import { Epochs } from './epochs.js';
import { Gaps } from './gaps.js';
import { HeldDeliveries } from './held.js';
import { Holding } from './holding.js';
import { Incoming } from './incoming.js';
import { Outbox } from './outbox.js';
import { Places } from './places.js';
import { Receipts } from './receipts.js';
import { Receiving } from './receive.js';
import { Relay } from './relay.js';
import { Sending } from './send.js';
import { Statements } from './statements.js';
import { Verdicts } from './verdict.js';
import { Voids } from './voids.js';
import { Waiting } from './waiting.js';
import { Judge } from './judge.js';

/** The path of a message: out through Drafts, Sending and Relay; in through the bus, Receiving and Incoming. */
@Global()
@Module({
  controllers: [BusController],
  providers: [
    Asks,
    Cases,
    Drafts,
    Endings,
    Epochs,
    Expiry,
    Gaps,
    HeldDeliveries,
    Holding,
    Incoming,
    Judge,
    Outbox,
    Places,
    Pulling,
    Receipts,
    Receiving,
    Relay,
    Sending,
    Serving,
    Statements,
    Verdicts,
    Verification,
    Voids,
    Waiting,
  ],
  exports: [Drafts, Judge, Outbox],
})
export class ExchangeModule {}
