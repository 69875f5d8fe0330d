// One request, one outcome. axios stays in here: its errors carry the password and must not get out.
import axios, { isAxiosError, type AxiosProxyConfig, type AxiosResponse } from 'axios';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { renderTlsOptions } from '../amqp/tls.ts';
import type { Connection } from './connection.ts';
import type { SafeUrl } from './urls.ts';

export interface Request {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly url: string;
  /** The settings that the user and the password come from, for hints. */
  readonly origin: string;
  /** JSON. */
  readonly body?: string;
}

export type Outcome =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly text: string;
      /** Where a redirect leads. */
      readonly location: string | undefined;
    }
  /** `code`: Node's or axios's name of what went wrong. */
  | { readonly kind: 'unanswered'; readonly code: string; readonly detail: string };

export interface Transport {
  /** `timeout`: milliseconds without a byte from the broker. */
  send(request: Request, timeout: number): Promise<Outcome>;
  close(): void;
}

/** More connections than this make the broker no faster. */
const pool = { keepAlive: true, maxSockets: 64, maxFreeSockets: 64 };
/** Bytes. A longer answer would not fit a string of V8. */
const longestAnswer = 500 * 1024 * 1024;
const longestBody = 16 * 1024 * 1024;

export function openTransport(connection: Connection, signal?: AbortSignal): Transport {
  const agents = {
    httpAgent: new HttpAgent(pool),
    httpsAgent: new HttpsAgent({ ...pool, ...renderTlsOptions(connection.tls) }),
  };
  const http = axios.create({
    ...agents,
    ...(signal === undefined ? {} : { signal }),
    headers: { authorization: renderAuthorization(connection), 'content-type': 'application/json' },
    proxy: connection.proxy === undefined ? false : renderProxy(connection.proxy),
    maxRedirects: 0,
    maxContentLength: longestAnswer,
    maxBodyLength: longestBody,
    responseType: 'text',
    transformRequest: [],
    transformResponse: [],
    validateStatus: null,
  });
  return {
    async send({ method, url, body }, timeout) {
      try {
        return toAnswer(await http.request<string>({ method, url, data: body, timeout }));
      } catch (error) {
        signal?.throwIfAborted();
        return toUnanswered(error);
      }
    },
    close() {
      agents.httpAgent.destroy();
      agents.httpsAgent.destroy();
    },
  };
}

function toAnswer({ status, data, headers }: AxiosResponse<string>): Outcome {
  const location: unknown = headers['location'];
  const text = typeof location === 'string' ? location : undefined;
  return { kind: 'answered', status, text: data, location: text };
}

function toUnanswered(error: unknown): Outcome {
  if (!isAxiosError(error)) throw error;
  const { code = 'UNKNOWN', message } = error;
  return { kind: 'unanswered', code, detail: message };
}

function renderAuthorization({ username, password }: Connection): string {
  return `Basic ${Buffer.from(`${username}:${password.reveal()}`).toString('base64')}`;
}

function renderProxy({ protocol, hostname, port, username, password }: SafeUrl): AxiosProxyConfig {
  const auth = { username: username ?? '', password: password?.reveal() ?? '' };
  return {
    protocol,
    host: hostname,
    port: port ?? (protocol === 'https:' ? 443 : 80),
    ...(username === undefined ? {} : { auth }),
  };
}
