// Sends one request and returns its outcome. Keeps axios inside: its errors carry the password.
import axios, {
  CanceledError,
  AxiosHeaders,
  isAxiosError,
  type AxiosProxyConfig,
  type AxiosResponse,
} from 'axios';
import { Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { renderTlsOptions } from '../connection/tls.ts';
import { readBody } from './body.ts';
import type { Connection } from '../connection/connection.ts';
import type { Credentials } from '../connection/credentials.ts';
import { TokenFile } from '../connection/token-file.ts';
import { Deadline } from './deadline.ts';
import type { SafeUrl } from '../connection/urls.ts';

export interface Request {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly url: string;
  /** The encoded part after /api/. */
  readonly path: string;
  /** For hints. */
  readonly login: Credentials;
  /** JSON. */
  readonly body?: string;
  /** Whether the answer grows with the number of objects. */
  readonly isList: boolean;
  /** Whether it asks for a health check, which answers 503 where it fails. */
  readonly isCheck?: true;
}

export type Outcome =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly text: string;
      /** The target of a redirect. */
      readonly location: string | undefined;
      /** Milliseconds that the answer asks to wait. */
      readonly retryAfter: number | undefined;
    }
  /** `code` comes from Node, axios or `readBody`. */
  | { readonly kind: 'unanswered'; readonly code: string; readonly detail: string };

interface Limits {
  /** Milliseconds until the answer is complete, or until its next MiB. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** Called for each MiB of a long answer. */
  readonly onProgress: () => void;
}

export interface Transport {
  send(request: Request, limits: Limits): Promise<Outcome>;
  close(): void;
}

/**
 * More connections don't make the broker faster. RabbitMQ closes one that was idle for 5 s: a
 * request sent at that moment gets no answer, and a DELETE can't be repeated. So close idle ones
 * here, after `timeout` milliseconds.
 */
const pool = { keepAlive: true, maxSockets: 64, maxFreeSockets: 64, timeout: 4_000 };
const common = {
  // RabbitMQ 3.10 answers 406 to the PUT of a limit for JSON alone.
  accept: 'application/json, */*',
  'content-type': 'application/json',
  'accept-encoding': 'gzip',
};
/** Bytes. */
const longestBody = 16 * 1024 * 1024;

export function openTransport(connection: Connection): Transport {
  const agents = {
    httpAgent: new HttpAgent(pool),
    httpsAgent: new HttpsAgent({ ...pool, ...renderTlsOptions(connection.tls) }),
  };
  const authorize = authorizer(connection);
  // Asks the adapter itself: interceptors, transforms and settings merged for each request would
  // take as long as the request.
  const ask = axios.getAdapter('http');
  const settings = {
    ...axios.defaults,
    ...agents,
    proxy: connection.proxy === undefined ? false : renderProxy(connection.proxy),
    maxRedirects: 0,
    maxBodyLength: longestBody,
    // readBody decompresses and measures.
    responseType: 'stream',
    decompress: false,
    validateStatus: null,
  } as const;
  const sendAs = async (
    authorization: string,
    { method, url, body, isList }: Request,
    { timeout, signal, onProgress }: Limits,
  ): Promise<Outcome> => {
    const deadline = new Deadline(timeout, signal);
    try {
      // The adapter would send the request all the same, and keep its socket.
      if (deadline.signal.aborted) throw new CanceledError();
      const headers = new AxiosHeaders({ ...common, authorization });
      const asked = { ...settings, method, url, data: body, headers, signal: deadline.signal };
      const answer = (await ask(asked)) as AxiosResponse<IncomingMessage>;
      deadline.isAnswered = true;
      const text = await readBody(answer.data, isList, () => {
        deadline.postpone();
        onProgress();
      });
      return toAnswer(answer, text);
    } catch (error) {
      const code = deadline.passed;
      return code === undefined ? toUnanswered(error) : { kind: 'unanswered', code, detail: '' };
    } finally {
      deadline.end();
    }
  };
  return {
    async send(request, limits) {
      const authorization = authorize();
      const outcome = await sendAs(authorization, request, limits);
      if (outcome.kind === 'unanswered' || outcome.status !== 401) return outcome;
      // The token may have expired just before its file was written.
      const renewed = authorize();
      return renewed === authorization ? outcome : sendAs(renewed, request, limits);
    },
    close() {
      agents.httpAgent.destroy();
      agents.httpsAgent.destroy();
    },
  };
}

function toAnswer({ status, headers }: AxiosResponse, text: string): Outcome {
  const location: unknown = headers['location'];
  return {
    kind: 'answered',
    status,
    text,
    location: typeof location === 'string' ? location : undefined,
    retryAfter: parseRetryAfter(headers['retry-after'], headers['date']),
  };
}

function toUnanswered(error: unknown): Outcome {
  if (!isAxiosError(error) && !hasCode(error)) throw error;
  const { code = 'UNKNOWN', message } = error;
  return { kind: 'unanswered', code, detail: message };
}

const hasCode = (error: unknown): error is Error & { code: string } =>
  error instanceof Error && 'code' in error;

/** Renders the header of a request that is about to be sent. */
function authorizer({ username, password }: Connection): () => string {
  if (password instanceof TokenFile) return () => `Bearer ${password.reveal()}`;
  return () => `Basic ${Buffer.from(`${username}:${password.reveal()}`).toString('base64')}`;
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

/**
 * Parses Retry-After: milliseconds from now, by the sender's clock; undefined if it is missing or
 * invalid.
 */
function parseRetryAfter(header: unknown, date: unknown): number | undefined {
  if (typeof header !== 'string') return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1_000;
  const now = typeof date === 'string' ? Date.parse(date) : NaN;
  const after = Date.parse(header) - (Number.isNaN(now) ? Date.now() : now);
  return Number.isNaN(after) ? undefined : Math.max(0, after);
}
