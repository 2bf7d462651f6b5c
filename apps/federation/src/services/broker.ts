const ANSWER_MS = 5_000;

export interface RabbitmqOptions {
  readonly dataDir: string;
  readonly report: (line: string) => void;
  /** False lets `stop` cut the broker off instead of closing its queues: quicker, for tests only. */
  readonly durable?: boolean;
  readonly env?: NodeJS.ProcessEnv;
}

/** What a way to a broker has to tell; the rest of the service is built from it. */
export interface Broker {
  readonly how: string;
  readonly port: number;
  readonly managementPort: number;
  readonly admin: { readonly user: string; readonly password: string };
  stop(): Promise<void>;
}

/** One request to the management API; credentials go into the header because fetch refuses them in the URL. */
export function managementGet(url: string, path: string, admin: Broker['admin']): Promise<Response> {
  const target = new URL(url);
  target.username = '';
  target.password = '';
  target.pathname = `${target.pathname.replace(/\/$/, '')}${path}`;
  const authorization = `Basic ${Buffer.from(`${admin.user}:${admin.password}`).toString('base64')}`;
  return fetch(target, { headers: { authorization }, signal: AbortSignal.timeout(ANSWER_MS) });
}
