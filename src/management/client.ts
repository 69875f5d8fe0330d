// Asks the management API. What is safe to repeat is asked again while the broker may stay silent.
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Waiting } from '../amqp/waiting.ts';
import { ExpectedError } from '../topology/problem.ts';
import { parseJson, renderJson } from '../topology/json.ts';
import type { BrokerError } from './broker-error.ts';
import type { Connection } from '../connection/connection.ts';
import { toNonsenseError, toRefusalError } from './refusal.ts';
import { Hearing } from './hearing.ts';
import { proofOf } from './proof.ts';
import { isHeard, isPassing, latestStart, pauseBefore } from './retry.ts';
import { toSilenceError } from './silence.ts';
import { parseRow, text } from './shape.ts';
import { openTransport, type Outcome, type Request, type Transport } from './transport.ts';

/** Milliseconds to finish what must not stay half done. */
const grace = 5_000;

/** What must not stay half done does not wait for a look at it for long: it is done again. */
const firmLooks = 3;

/** What a GET proves of one object. */
export type Look<T> =
  | { readonly kind: 'there'; readonly object: T }
  | { readonly kind: 'gone' }
  | { readonly kind: 'unknown' };

/** Asked about a request whose answers prove nothing: whether all is as if it had been carried out. */
type Check = () => Promise<boolean>;

const parseAny = parseRow<{ vhost: string }>({ vhost: text });
const never: Check = () => Promise.resolve(false);

export class Client {
  readonly #connection: Connection;
  readonly #transport: Transport;
  readonly #hearing: Hearing;
  readonly #waiting: Waiting;
  readonly #signal: AbortSignal;
  readonly #signalOrSilence: AbortSignal;
  readonly #isFirm: boolean;
  #firm: Client | undefined;

  /** `signal`: ends what is under way at once. */
  constructor(
    connection: Connection,
    signal = new AbortController().signal,
    hearing = new Hearing(connection.timeout),
    waiting = new Waiting(),
    firmOver?: Transport,
  ) {
    this.#connection = connection;
    this.#transport = firmOver ?? openTransport(connection);
    this.#isFirm = firmOver !== undefined;
    this.#hearing = hearing;
    this.#waiting = waiting;
    this.#signal = signal;
    this.#signalOrSilence = this.#isFirm ? signal : AbortSignal.any([signal, hearing.silent]);
    setMaxListeners(0, this.#signalOrSilence);
  }

  /** Which broker this is, for a sentence. */
  get place(): string {
    return this.#connection.place;
  }

  get username(): string {
    return this.#connection.username;
  }

  /** The same for what must not stay half done: it asks again whatever went wrong, and an interruption or a silence leaves it a few seconds. */
  firm(): Client {
    if (this.#isFirm) return this;
    this.#firm ??= new Client(
      this.#connection,
      delayed(this.#signalOrSilence, grace),
      this.#hearing,
      this.#waiting,
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
    if (outcome.kind === 'unanswered' || outcome.status !== 200) throw toError(request, outcome);
    try {
      return parse(parseJson(outcome.text));
    } catch (error) {
      throw toNonsenseError(request, outcome, error);
    }
  }

  /** PUT, and POST of a binding: the same twice is the same once. Throws a BrokerError. */
  async write(
    method: 'PUT' | 'POST',
    path: string,
    body: unknown,
    isDone: Check = never,
  ): Promise<void> {
    const request = { ...this.#request(method, path), body: renderJson(body) };
    const seen = { isDone: false };
    const isEnough = async () => (seen.isDone = await isDone());
    const outcome = await this.#repeat(request, { isEnough });
    if (seen.isDone || proofOf(request, outcome) === 'carried out') return;
    throw toError(request, outcome);
  }

  /** Repeated only where it was turned away at once: someone may have made the object anew meanwhile. That it is gone is success. */
  async delete(path: string): Promise<void> {
    const request = this.#request('DELETE', path);
    const outcome = await this.#repeat(request);
    const proof = proofOf(request, outcome);
    if (proof === 'carried out' || (isDoubtful(request, outcome) && (await this.isGone(path))))
      return;
    throw toError(request, outcome);
  }

  /** What proves nothing is looked at. */
  async isGone(path: string): Promise<boolean> {
    const plain = `${path.replace(/\?.*/, '')}?disable_stats=true`;
    return (await this.look(plain, parseAny)).kind === 'gone';
  }

  /** Only the broker's own answer counts. A broker that is known to be silent is not asked again. */
  async look<T>(path: string, parse: (answer: unknown) => T): Promise<Look<T>> {
    if (!this.#isFirm && this.#hearing.silent.aborted) return { kind: 'unknown' };
    // With all that consumes from it, an object may be long.
    const request = { ...this.#request('GET', path), isList: true };
    const most = this.#isFirm ? firmLooks : Infinity;
    const outcome = await this.#repeat(request, { most }).catch(ignoreExpected);
    return outcome === undefined ? { kind: 'unknown' } : toLook(request, outcome, parse);
  }

  close(): void {
    this.#transport.close();
  }

  /** Tells, before anything more is asked, whether the broker was heard. */
  async #repeat(request: Request, limits: Partial<Repeating> = {}): Promise<Outcome> {
    const { isEnough, most }: Repeating = { isEnough: never, most: Infinity, ...limits };
    const since = performance.now();
    const end = since + this.#hearing.patience();
    // After a silence, whoever asks once more is not cut short by it.
    const signal = this.#hearing.silent.aborted ? this.#signal : this.#signalOrSilence;
    const latest = latestStart(request, since, end);
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#send(request, end - performance.now(), signal);
      const pause = pauseBefore(attempt + 1, outcome);
      const isHopeful = isPassing(request, outcome, attempt, { isFirm: this.#isFirm });
      const isLast = !isHopeful || attempt >= most || performance.now() + pause > latest;
      if (isLast && !isHeard(outcome)) this.#hearing.miss(since);
      // The first may be a connection that the broker has closed: to ask again tells more.
      const isToLook = isDoubtful(request, outcome) && (isLast || attempt > 1);
      if ((isToLook && (await isEnough())) || isLast) return outcome;
      this.#sayRepeating(request, outcome, performance.now() + pause - since, latest - since);
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  /** `spent`, `most`: milliseconds since it was asked for the first time. */
  #sayRepeating(request: Request, outcome: Outcome, spent: number, most: number): void {
    const { message } = toError(request, outcome);
    const reason = outcome.kind === 'answered' ? String(outcome.status) : outcome.code;
    const line = `waiting: ${message}: it is asked again, for ${Math.ceil(most / 1_000)} s at most`;
    this.#waiting.say(spent, reason, line);
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
    const { endpoint, origin, username } = this.#connection;
    return { method, url: `${endpoint}/api/${path}`, path, username, origin, isList: false };
  }
}

interface Repeating {
  readonly isEnough: Check;
  /** Attempts. */
  readonly most: number;
}

function toError(request: Request, outcome: Outcome): BrokerError {
  return outcome.kind === 'unanswered'
    ? toSilenceError(request, outcome)
    : toRefusalError(request, outcome);
}

function toLook<T>(request: Request, outcome: Outcome, parse: (answer: unknown) => T): Look<T> {
  const proof = proofOf(request, outcome);
  if (outcome.kind === 'unanswered' || proof === 'nothing') return { kind: 'unknown' };
  if (proof === 'refused') return { kind: outcome.status === 404 ? 'gone' : 'unknown' };
  try {
    return { kind: 'there', object: parse(parseJson(outcome.text)) };
  } catch {
    return { kind: 'unknown' };
  }
}

/** Whether a look may tell more. Whoever limits requests would turn that away, too. */
function isDoubtful(request: Request, outcome: Outcome): boolean {
  const isTurnedAway = outcome.kind === 'answered' && outcome.status === 429;
  return !isTurnedAway && proofOf(request, outcome) === 'nothing';
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
