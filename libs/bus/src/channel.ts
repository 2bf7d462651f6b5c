import type { Channel, ChannelModel } from 'amqplib';
import { messageOf } from '#core';
import { backoffMs } from './connection.js';

const REOPEN_DELAY_MS = { first: 500, max: 30_000 };

/**
 * Keeps one channel open while a connection stands. A channel dies alone (a queue that is missing, a permission
 * that was taken away): that must neither stop the others nor be forgotten, so it is opened again with backoff.
 */
export class KeptChannel<C extends Channel> {
  channel: C | undefined;
  /** Why there is no channel now; undefined while there is one. */
  fault: string | undefined = 'not connected';
  private model: ChannelModel | undefined;
  private attempt = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly actions: {
      readonly create: (model: ChannelModel) => Promise<C>;
      /** Makes a new channel useful; where it fails the channel is closed and opened again later. */
      readonly opened: (channel: C) => Promise<void>;
      /** Called once per channel, before amqplib calls back what was unconfirmed on it. */
      readonly closed: (channel: C, reason: string) => void;
      readonly changed: () => void;
    },
  ) {}

  /** Call on every new connection; resolves when the first attempt is over. Never rejects. */
  async openOn(model: ChannelModel): Promise<void> {
    this.model = model;
    this.attempt = 0;
    clearTimeout(this.timer);
    await this.open(model);
  }

  /** Opens nothing more; the channel that stands is left to its owner. */
  abandon(): void {
    this.model = undefined;
    clearTimeout(this.timer);
  }

  /** Closes the channel, if there is one, to open a new one after a pause. */
  renew(reason: string): void {
    this.fault = reason;
    this.channel?.close().catch(() => undefined);
  }

  private async open(model: ChannelModel): Promise<void> {
    let channel: C | undefined;
    try {
      channel = await this.actions.create(model);
      this.watch(channel, model);
      this.channel = channel;
      await this.actions.opened(channel);
      if (this.channel !== channel) return;
      this.fault = undefined;
      this.attempt = 0;
      this.actions.changed();
    } catch (error) {
      this.fault = messageOf(error);
      this.actions.changed();
      // A channel that is dead already has scheduled the next attempt by its `close` event.
      if (channel === undefined) this.reopenLater(model);
      else if (this.channel === channel) channel.close().catch(() => undefined);
    }
  }

  private watch(channel: C, model: ChannelModel): void {
    let reason = 'the channel was closed';
    channel.on('error', (error) => {
      reason = error.message;
    });
    channel.prependListener('close', () => {
      if (this.channel === channel) this.channel = undefined;
      this.fault = reason;
      this.actions.closed(channel, reason);
      this.actions.changed();
      this.reopenLater(model);
    });
  }

  private reopenLater(model: ChannelModel): void {
    if (this.model !== model) return;
    clearTimeout(this.timer);
    this.attempt += 1;
    this.timer = setTimeout(
      () => {
        if (this.model === model) void this.open(model);
      },
      backoffMs(this.attempt, REOPEN_DELAY_MS),
    );
  }
}
