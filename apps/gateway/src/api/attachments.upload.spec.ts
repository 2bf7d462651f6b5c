import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Request } from 'express';
import { bodyOf, LIMITS, limitRequests } from './attachments.upload.js';

const HEAD = 'POST /v1/attachments?name=x HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n';
const NEVER_MS = 600_000;

let server: Server;
const sockets: Socket[] = [];

async function serve(
  requestMs: number,
  lingerMs: number,
  handler: RequestListener,
  headersMs = NEVER_MS,
): Promise<void> {
  server = createServer(handler);
  limitRequests(server, { requestMs, lingerMs, headersMs, checkMs: 50 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

/** Sends the beginning of an upload, and tells what came back once the connection is closed. */
function begin(): { socket: Socket; closed: Promise<string> } {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  sockets.push(socket);
  let text = '';
  socket.on('data', (data) => (text += data.toString()));
  socket.on('error', () => undefined);
  socket.write(`${HEAD}a`);
  return { socket, closed: once(socket, 'close').then(() => text) };
}

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server.closeAllConnections();
  server.close();
});

it('cuts off a caller that continues sending slowly after a refusal, once the refusal got through', async () => {
  await serve(NEVER_MS, 50, (_, response) => response.writeHead(401).end('no'));
  const { closed } = begin();
  expect(await closed).toMatch(/^HTTP\/1.1 401 [^]*no/);
});

it('keeps the connection of a caller that sends the rest after a refusal', async () => {
  await serve(NEVER_MS, 200, (_, response) => response.writeHead(401).end('no'));
  const [first, other] = [begin(), begin()];
  await once(first.socket, 'data');
  first.socket.write('bcd');
  // The other one, begun later and never completed, is cut off: the first one's time is over too.
  await other.closed;
  first.socket.write(`${HEAD}abcd`);
  await once(first.socket, 'data');
});

it('has a limit for the whole request only until a handler takes the body', async () => {
  const bodies: Promise<string>[] = [];
  await serve(100, NEVER_MS, (request, response) => {
    if (bodies.length > 0) return;
    const read = async (): Promise<string> => {
      let text = '';
      for await (const piece of bodyOf(request as Request)) text += piece.toString();
      response.end(text);
      return text;
    };
    bodies.push(read());
  });
  const taken = begin();
  while (bodies.length === 0) await once(server, 'request');
  // Begun later and taken by nobody.
  expect(await begin().closed).toMatch(/^HTTP\/1.1 408 [^]*"code":"INPUT_TIMEOUT"/);
  taken.socket.write('bcd');
  expect(await bodies[0]).toBe('abcd');
});

it('waits for no head longer than its limit, and for a body of JSON half a minute', async () => {
  await serve(NEVER_MS, NEVER_MS, (_, response) => response.end(), 100);
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  // Nobody hears of the end of a connection on which something is unread.
  socket.resume();
  socket.write('POST /v1/messages HTTP/1.1\r\nHost: x\r\nContent-');
  await once(socket, 'close');
  expect(LIMITS.requestMs).toBeLessThanOrEqual(30_000);
  expect(LIMITS.headersMs + LIMITS.checkMs).toBeLessThanOrEqual(30_000);
});
