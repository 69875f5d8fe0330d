// Asks the management API. What is safe to repeat is asked again while the broker may stay silent.
import { setTimeout as sleep } from 'node:timers/promises';
import { ExpectedError } from '../topology/problem.ts';
import { parseJson, renderJson } from '../topology/json.ts';
import type { Connection } from './connection.ts';
import { toNonsenseError, toRefusalError } from './refusal.ts';
import { isPassing, pauseBefore } from './retry.ts';
import { isCut, toSilenceError } from './silence.ts';
import { openTransport, type Outcome, type Request, type Transport } from './transport.ts';

/** Milliseconds. With less left to wait, asking again would only hide what went wrong. */
const shortestAttempt = 1_000;

/** A plain 200 comes from something that is no broker. */
const written: readonly number[] = [201, 204];
const gone: readonly number[] = [204, 404];

export class Client {
  readonly #endpoint: string;
  readonly #origin: string;
  readonly #timeout: number;
  readonly #transport: Transport;
  readonly #signal: AbortSignal | undefined;

  constructor(connection: Connection, signal?: AbortSignal) {
    this.#endpoint = connection.endpoint;
    this.#origin = connection.origin;
    this.#timeout = connection.timeout;
    this.#transport = openTransport(connection, signal);
    this.#signal = signal;
  }

  /** `path` stands behind /api/, encoded; `parse` sees exact numbers. Throws a BrokerError. */
  async read<T>(path: string, parse: (answer: unknown) => T): Promise<T> {
    const request = this.#request('GET', path);
    const outcome = await this.#repeat(request);
    if (outcome.kind === 'unanswered') throw toSilenceError(request, outcome);
    if (outcome.status !== 200) throw toRefusalError(request, outcome);
    try {
      return parse(parseJson(outcome.text));
    } catch (error) {
      throw toNonsenseError(request, outcome, error);
    }
  }

  /** PUT, and POST of a binding: the same twice is the same once. Throws a BrokerError. */
  async write(method: 'PUT' | 'POST', path: string, body: unknown): Promise<void> {
    const request = { ...this.#request(method, path), body: renderJson(body) };
    const outcome = await this.#repeat(request);
    if (outcome.kind === 'unanswered') throw toSilenceError(request, outcome);
    if (!written.includes(outcome.status)) throw toRefusalError(request, outcome);
  }

  /** Never repeated: someone may have made the object anew meanwhile. That it is gone is success. */
  async delete(path: string): Promise<void> {
    const request = this.#request('DELETE', path);
    const outcome = await this.#transport.send(request, this.#timeout);
    if (outcome.kind === 'answered') {
      if (!gone.includes(outcome.status)) throw toRefusalError(request, outcome);
    } else if (!isCut(outcome) || !(await this.isGone(path))) {
      throw toSilenceError(request, outcome);
    }
  }

  /** After a cut connection nobody knows whether the broker got the request to delete. */
  async isGone(path: string): Promise<boolean> {
    const outcome = await this.#repeat(this.#request('GET', path.replace(/\?.*/, '')));
    return outcome.kind === 'answered' && outcome.status === 404;
  }

  close(): void {
    this.#transport.close();
  }

  async #repeat(request: Request): Promise<Outcome> {
    const end = performance.now() + this.#timeout;
    const latest = end - Math.min(shortestAttempt, this.#timeout / 2);
    for (let attempt = 1; ; attempt++) {
      const left = Math.max(1, Math.round(end - performance.now()));
      const outcome = await this.#transport.send(request, left);
      const pause = pauseBefore(attempt + 1);
      if (!isPassing(request, outcome, attempt) || performance.now() + pause > latest)
        return outcome;
      await sleep(pause, undefined, this.#signal === undefined ? {} : { signal: this.#signal });
    }
  }

  #request(method: Request['method'], path: string): Request {
    // URLs resolve these names away, and the request would reach something else.
    if (/(^|\/)\.\.?(\/|\?|$)/.test(path)) {
      const hint = 'use a client that speaks AMQP for it';
      throw new ExpectedError(`${path}: a name of one or two dots can't stand in a URL`, { hint });
    }
    return { method, url: `${this.#endpoint}/api/${path}`, origin: this.#origin };
  }
}
