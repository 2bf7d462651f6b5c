import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { type ErrorCode, ValiseError } from '#core';

const TIMEOUT_MS = 30_000;
const UPLOAD_TIMEOUT_MS = 600_000;

export interface Problem {
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly rule?: string;
  readonly findings?: readonly { rule: string; effect: string; text: { en: string } }[];
}
export type Answer<T> =
  { readonly ok: true; readonly body: T } | { readonly ok: false; readonly problem: Problem };

/** A caller of one node's HTTP interface, with one token. */
export class Api {
  constructor(
    readonly url: string,
    private readonly token: string,
  ) {}

  get<T>(path: string): Promise<T> {
    return this.must(this.call('GET', path));
  }

  post<T>(path: string, body: unknown, headers: Record<string, string> = {}): Promise<T> {
    return this.must(this.try<T>(path, body, headers));
  }

  /** @returns undefined where the answer has no content */
  request<T>(method: string, path: string, body?: unknown): Promise<T | undefined> {
    const init =
      body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    return this.must(this.call<T | undefined>(method, path, init));
  }

  /** For answers that may be refusals. */
  try<T>(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer<T>> {
    return this.call('POST', path, {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    });
  }

  /** Streams a file up; it is never whole in memory. */
  upload<T>(path: string, file: string): Promise<T> {
    const body = Readable.toWeb(createReadStream(file)) as ReadableStream;
    const init = {
      body,
      duplex: 'half',
      headers: { 'content-type': 'application/octet-stream' },
      signal: AbortSignal.timeout(UPLOAD_TIMEOUT_MS),
    };
    return this.must(this.call('POST', path, init as RequestInit));
  }

  /** Streams bytes down. */
  async download(path: string): Promise<Readable> {
    const response = await this.fetch('GET', path, { signal: AbortSignal.timeout(UPLOAD_TIMEOUT_MS) });
    if (!response.ok || !response.body) throw refusal(await problemOf(response));
    return Readable.fromWeb(response.body);
  }

  private async call<T>(method: string, path: string, init: RequestInit = {}): Promise<Answer<T>> {
    const response = await this.fetch(method, path, init);
    if (!response.ok) return { ok: false, problem: await problemOf(response) };
    const text = await response.text();
    return { ok: true, body: (text === '' ? undefined : JSON.parse(text)) as T };
  }

  private fetch(method: string, path: string, init: RequestInit): Promise<Response> {
    const headers = {
      ...(init.headers as Record<string, string> | undefined),
      authorization: `Bearer ${this.token}`,
    };
    return fetch(`${this.url}${path}`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...init,
      method,
      headers,
    }).catch((error: unknown) => {
      throw new ValiseError(
        'SERVICE_UNAVAILABLE',
        `${this.url} does not answer`,
        { remedy: 'check the address and that the gateway runs' },
        { cause: error },
      );
    });
  }

  private async must<T>(answering: Promise<Answer<T>>): Promise<T> {
    const answer = await answering;
    if (!answer.ok) throw refusal(answer.problem);
    return answer.body;
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text();
  try {
    return JSON.parse(text) as Problem;
  } catch {
    return { status: response.status, code: 'INTERNAL', detail: text.slice(0, 500) };
  }
}

function refusal({ status, code, detail }: Problem): ValiseError {
  return new ValiseError(code, `${status} ${code}: ${detail}`);
}
