// Asks the management API. What is safe to repeat is asked again while the broker may stay silent.
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { ExpectedError } from '../topology/problem.ts';
import { parseJson, renderJson } from '../topology/json.ts';
import type { Connection } from './connection.ts';
import { toNonsenseError, toRefusalError } from './refusal.ts';
import { Hearing } from './hearing.ts';
import { isHeard, isPassing, latestStart, pauseBefore } from './retry.ts';
import { isCut, toSilenceError } from './silence.ts';
import { openTransport, type Outcome, type Request, type Transport } from './transport.ts';

/** Milliseconds to finish what must not stay half done. */
const grace = 5_000;

/** A plain 200 comes from something that is no broker. */
const written: readonly number[] = [201, 204];
const gone: readonly number[] = [204, 404];

export class Client {
  readonly #connection: Connection;
  readonly #transport: Transport;
  readonly #hearing: Hearing;
  readonly #signal: AbortSignal;
  readonly #signalOrSilence: AbortSignal;
  readonly #isFirm: boolean;
  #firm: Client | undefined;

  /** `signal`: ends what is under way at once. */
  constructor(
    connection: Connection,
    signal = new AbortController().signal,
    hearing = new Hearing(connection.timeout),
    firmOver?: Transport,
  ) {
    this.#connection = connection;
    this.#transport = firmOver ?? openTransport(connection);
    this.#isFirm = firmOver !== undefined;
    this.#hearing = hearing;
    this.#signal = signal;
    this.#signalOrSilence = this.#isFirm ? signal : AbortSignal.any([signal, hearing.silent]);
    setMaxListeners(0, this.#signalOrSilence);
  }

  /** The same for what must not stay half done: it asks again whatever went wrong, and an interruption or a silence leaves it a few seconds. */
  firm(): Client {
    if (this.#isFirm) return this;
    this.#firm ??= new Client(
      this.#connection,
      delayed(this.#signalOrSilence, grace),
      this.#hearing,
      this.#transport,
    );
    return this.#firm;
  }

  /** `path` stands behind /api/, encoded; `parse` sees exact numbers. Throws a BrokerError. */
  read<T>(path: string, parse: (answer: unknown) => T): Promise<T> {
    return this.#read(this.#request('GET', path), parse);
  }

  /** The same of what is as long as there are objects. */
  readList<T>(path: string, parse: (answer: unknown) => T): Promise<T> {
    return this.#read({ ...this.#request('GET', path), isList: true }, parse);
  }

  async #read<T>(request: Request, parse: (answer: unknown) => T): Promise<T> {
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

  /** Repeated only where it was turned away at once: someone may have made the object anew meanwhile. That it is gone is success. */
  async delete(path: string): Promise<void> {
    const request = this.#request('DELETE', path);
    const outcome = await this.#repeat(request);
    if (outcome.kind === 'answered') {
      if (!gone.includes(outcome.status)) throw toRefusalError(request, outcome);
    } else if (!isCut(outcome) || !(await this.isGone(path))) {
      throw toSilenceError(request, outcome);
    }
  }

  /** After a cut connection nobody knows whether the broker got the request to delete. */
  async isGone(path: string): Promise<boolean> {
    return (await this.findStatus(path.replace(/\?.*/, ''))) === 404;
  }

  /** Of the answer to a GET; undefined where there is none. */
  async findStatus(path: string): Promise<number | undefined> {
    // With all that consumes from it, an object may be long.
    const request = { ...this.#request('GET', path), isList: true };
    const outcome = await this.#repeat(request).catch(ignoreExpected);
    return outcome?.kind === 'answered' ? outcome.status : undefined;
  }

  close(): void {
    this.#transport.close();
  }

  #repeat(request: Request): Promise<Outcome> {
    return this.#listen((patience, signal) =>
      this.#sendUntil(request, performance.now() + patience, signal),
    );
  }

  /** Tells of every request whether the broker was heard. */
  async #listen(
    ask: (patience: number, signal: AbortSignal) => Promise<Outcome>,
  ): Promise<Outcome> {
    const since = performance.now();
    // After a silence, whoever asks once more is not cut short by it.
    const signal = this.#hearing.silent.aborted ? this.#signal : this.#signalOrSilence;
    const outcome = await ask(this.#hearing.patience(), signal);
    if (!isHeard(outcome)) this.#hearing.miss(since);
    return outcome;
  }

  async #sendUntil(request: Request, end: number, signal: AbortSignal): Promise<Outcome> {
    const latest = latestStart(request, performance.now(), end);
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#send(request, end - performance.now(), signal);
      const isPassed = isPassing(request, outcome, attempt, { isFirm: this.#isFirm });
      const pause = pauseBefore(attempt + 1, outcome);
      if (!isPassed || performance.now() + pause > latest) return outcome;
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  async #send(request: Request, patience: number, signal: AbortSignal): Promise<Outcome> {
    const outcome = await this.#transport.send(request, {
      timeout: Math.max(1, Math.round(patience)),
      signal,
      onProgress: () => {
        this.#hearing.hear();
      },
    });
    if (isHeard(outcome)) this.#hearing.hear();
    else this.#signal.throwIfAborted();
    return outcome;
  }

  #request(method: Request['method'], path: string): Request {
    // URLs resolve these names away, and the request would reach something else.
    if (/(^|\/)\.\.?(\/|\?|$)/.test(path)) {
      const hint = 'use a client that speaks AMQP for it';
      throw new ExpectedError(`${path}: a name of one or two dots can't stand in a URL`, { hint });
    }
    const { endpoint, origin } = this.#connection;
    return { method, url: `${endpoint}/api/${path}`, origin, isList: false };
  }
}

/** Aborted so many milliseconds later, for the same reason. */
function delayed(signal: AbortSignal, milliseconds: number): AbortSignal {
  const late = new AbortController();
  const wait = (): void => {
    setTimeout(() => late.abort(signal.reason), milliseconds).unref();
  };
  if (signal.aborted) wait();
  else signal.addEventListener('abort', wait, { once: true });
  return late.signal;
}

function ignoreExpected(error: unknown): undefined {
  if (!(error instanceof ExpectedError)) throw error;
}
