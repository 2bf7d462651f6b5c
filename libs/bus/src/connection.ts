import {
  connect,
  credentials,
  type ChannelModel,
  type RecoveringChannelModel,
  type SocketOptions,
} from 'amqplib';
import type { Duplex } from 'node:stream';
import { ValiseError } from '#core';

/** What `node:tls` takes. With `cert` and `key` and no user in the URL, the certificate is the login (EXTERNAL). */
export interface BusTls {
  readonly ca?: string | Buffer | readonly (string | Buffer)[];
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly passphrase?: string;
  /** The name to expect in the broker's certificate, where it is not the host of the URL. */
  readonly servername?: string;
}

/** For health: `connected` means that this node can exchange messages now. */
export interface BusState {
  readonly state: 'connected' | 'reconnecting' | 'closed';
  readonly since: Date;
  /** Why it is not connected, or what is amiss although it is (a queue that does not exist). */
  readonly detail?: string;
}

export interface BusConnectionOptions {
  /** `amqp://user:password@host:port/vhost`, or `amqps:` with `tls`. */
  readonly url: string;
  readonly tls?: BusTls;
  /** A dead peer (a cut cable, for example) is noticed after two to three of these. Default 10. */
  readonly heartbeatSeconds?: number;
  /** First and longest pause between attempts to connect; doubles in between, with jitter. Default 100 ms to 5 s. */
  readonly reconnectDelayMs?: { readonly first: number; readonly max: number };
  readonly onState?: (state: BusState) => void;
}

const CONNECT_TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_MS = 3_000;

interface Callbacks {
  /** Shown by the broker beside the connection. */
  readonly name: string;
  /** A connection stands: open channels on it. Must not throw; the state becomes `connected` when it resolves. */
  readonly opened: (model: ChannelModel) => Promise<void>;
  readonly blocked?: (blocked: boolean) => void;
  readonly stateChanged: (state: BusState) => void;
}

/**
 * One AMQP connection that comes back. amqplib reconnects; what is added here is a state for health, sockets that
 * are really gone when they are given up, and a close that ends in bounded time.
 */
export class BusConnection {
  state: BusState = { state: 'closed', since: new Date() };
  private recovering: RecoveringChannelModel | undefined;
  private model: ChannelModel | undefined;
  private amiss: string | undefined;
  private started: Promise<void> | undefined;
  private attemptIsOver: () => void = () => undefined;
  private readonly waiters = new Set<() => void>();

  constructor(
    private readonly options: BusConnectionOptions,
    private readonly callbacks: Callbacks,
  ) {
    if (!URL.canParse(options.url) || !/^amqps?:$/.test(new URL(options.url).protocol))
      throw new ValiseError('CONFIGURATION', 'the address of the bus must be an amqp: or amqps: URL');
  }

  /**
   * Starts connecting and resolves when the first attempt is over, successful or not: a process must come up while
   * the broker is down.
   */
  start(): Promise<void> {
    this.started ??= this.connect();
    return this.started;
  }

  /** @throws ValiseError BUS_UNAVAILABLE where no connection stands within that time */
  async whenConnected(timeoutMs: number): Promise<void> {
    const until = Date.now() + timeoutMs;
    while (this.state.state !== 'connected') {
      if (!(await within(until - Date.now(), this.nextState())))
        throw new ValiseError('BUS_UNAVAILABLE', `no connection to the bus within ${timeoutMs} ms`, {
          reason: this.state.detail,
        });
    }
  }

  private async connect(): Promise<void> {
    this.enter('reconnecting', 'connecting');
    const { first, max } = this.options.reconnectDelayMs ?? { first: 100, max: 5_000 };
    const recovering = await connect(address(this.options), {
      ...socketOptions(this.options),
      clientProperties: { connection_name: this.callbacks.name },
      recovery: { waitForConnect: false, initialDelay: first, maxDelay: max },
    });
    this.recovering = recovering;
    const over = new Promise<void>((resolve) => {
      this.attemptIsOver = resolve;
    });
    this.listen(recovering);
    return over;
  }

  private nextState(): Promise<void> {
    return new Promise((resolve) => this.waiters.add(resolve));
  }

  /** Ends the connection in bounded time, whether or not the broker still answers. */
  async close(): Promise<void> {
    const { recovering, model } = this;
    this.recovering = undefined;
    this.model = undefined;
    if (recovering !== undefined) {
      await within(CLOSE_TIMEOUT_MS, recovering.close());
      if (model !== undefined) destroySocket(model);
    }
    this.attemptIsOver();
    this.enter('closed');
  }

  /** Lets the owner say what is amiss although the connection stands. */
  note(amiss: string | undefined): void {
    this.amiss = amiss;
    if (this.state.state === 'connected' && this.state.detail !== amiss) this.enter('connected', amiss);
  }

  private listen(recovering: RecoveringChannelModel): void {
    recovering.on('connect', (model) => {
      this.model = model;
      void this.callbacks.opened(model).then(() => {
        if (this.model === model) this.enter('connected', this.amiss);
        this.attemptIsOver();
      });
    });
    recovering.on('disconnect', (error) => {
      const lost = this.model;
      this.model = undefined;
      this.enter('reconnecting', error.message);
      // amqplib only ends the stream; towards a peer that does not answer that would keep the socket for minutes.
      if (lost !== undefined) destroySocket(lost);
    });
    recovering.on('connect-failed', (error) => {
      this.enter('reconnecting', error.message);
      this.attemptIsOver();
    });
    // Followed by `disconnect`; without a listener it would end the process.
    recovering.on('error', () => undefined);
    recovering.on('blocked', () => this.callbacks.blocked?.(true));
    recovering.on('unblocked', () => this.callbacks.blocked?.(false));
  }

  private enter(state: BusState['state'], detail?: string): void {
    const since = this.state.state === state ? this.state.since : new Date();
    this.state = { state, since, ...(detail === undefined ? {} : { detail }) };
    for (const resolve of this.waiters) resolve();
    this.waiters.clear();
    try {
      this.callbacks.stateChanged(this.state);
    } catch (error) {
      // The caller's listener must not take the connection down with it.
      process.emitWarning(error instanceof Error ? error : String(error));
    }
  }
}

function address({ url, heartbeatSeconds }: BusConnectionOptions): string {
  const parsed = new URL(url);
  if (heartbeatSeconds !== undefined || !parsed.searchParams.has('heartbeat'))
    parsed.searchParams.set('heartbeat', String(heartbeatSeconds ?? 10));
  return parsed.href;
}

function socketOptions({ url, tls = {} }: BusConnectionOptions): SocketOptions {
  const { ca, ...rest } = tls;
  return {
    ...rest,
    ...(ca === undefined ? {} : { ca: typeof ca === 'string' || Buffer.isBuffer(ca) ? ca : [...ca] }),
    ...(tls.cert !== undefined && new URL(url).username === ''
      ? { credentials: credentials.external() }
      : {}),
    // Without it a confirm takes 44 ms: Nagle's algorithm meets delayed acknowledgements.
    noDelay: true,
    keepAlive: true,
    timeout: CONNECT_TIMEOUT_MS,
  };
}

/** amqplib has no public way to drop a socket whose other end is silent. */
function destroySocket(model: ChannelModel): void {
  const { stream } = model.connection as unknown as { stream: Duplex };
  stream.on('error', () => undefined);
  // With an error, so that amqplib stops its heartbeat where it has not noticed yet.
  if (!stream.destroyed) stream.destroy(new Error('given up'));
}

/** Waits for `work` at most so long; its failure does not matter where it is being given up anyway. */
export async function within(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<false>((resolve) => {
    timer = setTimeout(() => {
      resolve(false);
    }, milliseconds);
  });
  const done = work.then(
    () => true,
    () => true,
  );
  return Promise.race([done, timeout]).finally(() => {
    clearTimeout(timer);
  });
}

/** Doubling pauses with jitter, so that a thousand waiting deliveries are not retried at once. */
export function backoffMs(
  attempt: number,
  { first, max }: { readonly first: number; readonly max: number },
): number {
  const base = Math.min(max, first * 2 ** Math.min(attempt - 1, 30));
  return Math.round(base * (0.75 + Math.random() * 0.25));
}
