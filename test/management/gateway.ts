// A small real gateway in front of the real management API: forwards requests, and answers some in
// its own words.
import { once } from 'node:events';
import {
  createServer,
  request as ask,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { broker } from '../broker.ts';

/** The answers that a gateway may give in the broker's place. */
const faults = {
  'a 500 page': (response: ServerResponse) => page(response, 500),
  'a 502 page': (response: ServerResponse) => page(response, 502),
  'a 503 without a body': (response: ServerResponse) => response.writeHead(503).end(),
  'a 504 page': (response: ServerResponse) => page(response, 504),
  'a 200 page': (response: ServerResponse) => page(response, 200),
  '200 and JSON of its own': (response: ServerResponse) => response.end('{"ok":true}'),
  'a 403 page': (response: ServerResponse) => page(response, 403),
  'a 404 page': (response: ServerResponse) => page(response, 404),
  'a 404 in JSON of its own': (response: ServerResponse) =>
    response.writeHead(404).end('{"message":"no route"}'),
  'a redirect': (response: ServerResponse) =>
    response.writeHead(302, { location: 'https://login.example/' }).end(),
  'a redirect to no address': (response: ServerResponse) =>
    response.writeHead(302, { location: 'http://[' }).end(),
  'a 500 in JSON with a reason': (response: ServerResponse) =>
    response.writeHead(500).end('{"error":"internal","reason":"upstream failed"}'),
  'a cut': (response: ServerResponse) => response.destroy(),
} as const satisfies Record<string, (response: ServerResponse) => unknown>;

/** The broker's own answers, to requests that it ignores or fails on. */
const answers = {
  ...faults,
  'a 201': (response: ServerResponse) => response.writeHead(201).end(),
  'a 400 about another vhost': (response: ServerResponse) =>
    response.writeHead(400).end('{"error":"bad_request","reason":["no_such_vhost","another"]}'),
};

export type Fault = keyof typeof answers;
export const faultNames = Object.keys(faults) as readonly Fault[];

export interface Asked {
  readonly method: string;
  readonly path: string;
  /** Counts from 0. */
  readonly nth: number;
}

/** What the broker answered. */
interface Passed {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An answer of the gateway's own; `passed` is undefined if the broker was not asked. */
export type Answer = (response: ServerResponse, passed: Passed | undefined) => unknown;

/** `reaches`: whether the broker gets the request all the same. */
interface Failing {
  readonly fault: Fault | Answer;
  readonly reaches: boolean;
  readonly when: (asked: Asked) => boolean | Promise<boolean>;
}

export interface Gateway {
  readonly endpoint: string;
  readonly asked: readonly Asked[];
  /** Requests answered in the gateway's own words. */
  readonly failed: number;
  close(): void;
}

export async function openGateway({ fault, reaches, when }: Failing): Promise<Gateway> {
  const asked: Asked[] = [];
  let failed = 0;
  const server = createServer((request, response) => {
    const { method = '', url: path = '' } = request;
    const one = { method, path, nth: asked.length };
    asked.push(one);
    void (async () => {
      const body = await buffer(request).catch(() => undefined);
      // The client is gone.
      if (body === undefined) return;
      const isFailing = await when(one);
      if (isFailing) failed++;
      await answer(request, body, response, isFailing ? { fault, reaches } : undefined);
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    get failed() {
      return failed;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
  failing: Pick<Failing, 'fault' | 'reaches'> | undefined,
): Promise<void> {
  const passed = failing?.reaches === false ? undefined : await pass(request, body);
  if (failing === undefined) {
    if (passed) response.writeHead(passed.status, passed.headers).end(passed.body);
  } else if (typeof failing.fault === 'function') failing.fault(response, passed);
  else answers[failing.fault](response);
}

async function pass({ method, url, headers }: IncomingMessage, body: Buffer): Promise<Passed> {
  const passed = ask(broker.endpoint + (url ?? ''), { method, headers });
  passed.end(body);
  const [answered] = (await once(passed, 'response')) as [IncomingMessage];
  const headersBack = { ...answered.headers };
  delete headersBack['transfer-encoding'];
  return { status: answered.statusCode ?? 0, headers: headersBack, body: await buffer(answered) };
}

function page(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'text/html' }).end('<html>gateway</html>');
}
