// Sends requests to the management API, and retries those that are safe to repeat.
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Waiting } from '../amqp/waiting.ts';
import { mostAtOnce } from '../reconcile/parallel.ts';
import { ExpectedError } from '../topology/problem.ts';
import { parseJson, renderJson } from '../topology/json.ts';
import type { Connection } from '../connection/connection.ts';
import { userOf } from '../connection/credentials.ts';
import type { Grantee } from '../topology/grant.ts';
import { toNonsenseError, toRefusalError } from './refusal.ts';
import { Hearing } from './hearing.ts';
import { isDoubtful, toCheckAnswer, toError, toLook, type Look } from './answer.ts';
import { proofOf } from './proof.ts';
import { isHeard, isPassing, latestStart, pauseBefore } from './retry.ts';
import { parseRow, text } from './shape.ts';
import { Turns } from './turns.ts';
import { openTransport, type Outcome, type Request, type Transport } from './transport.ts';

/** Milliseconds left to finish work that must not stay half done. */
const grace = 5_000;

/** Attempts of a look for work that must not stay half done: it is done again anyway. */
const firmLooks = 3;

/** For a request whose answers prove nothing: whether the broker looks as if it was carried out. */
type Check = () => Promise<boolean>;

/** An answer of the broker's own. */
interface Once {
  readonly status: number;
  /** Empty unless it refuses. */
  readonly why: string;
}

const parseAny = parseRow<{ vhost: string }>({ vhost: text });
const never: Check = () => Promise.resolve(false);

export class Client {
  readonly #connection: Connection;
  readonly #transport: Transport;
  readonly #hearing: Hearing;
  readonly #waiting: Waiting;
  readonly #signal: AbortSignal;
  readonly #signalOrSilence: AbortSignal;
  readonly #turns: Turns;
  readonly #isFirm: boolean;
  #firm: Client | undefined;

  /** `signal` cancels requests in flight. */
  constructor(
    connection: Connection,
    signal = new AbortController().signal,
    hearing = new Hearing(connection.timeout),
    waiting = new Waiting(),
    turns = new Turns(mostAtOnce),
    firmOver?: Transport,
  ) {
    this.#connection = connection;
    this.#transport = firmOver ?? openTransport(connection);
    this.#isFirm = firmOver !== undefined;
    this.#hearing = hearing;
    this.#waiting = waiting;
    this.#turns = turns;
    this.#signal = signal;
    this.#signalOrSilence = this.#isFirm ? signal : AbortSignal.any([signal, hearing.silent]);
    setMaxListeners(0, this.#signalOrSilence);
  }

  /** Names this broker in a sentence. */
  get place(): string {
    return this.#connection.place;
  }

  get user(): Grantee {
    return userOf(this.#connection);
  }

  /** For work that must not stay half done: retries any failure; an interruption leaves it 5 s. */
  firm(): Client {
    if (this.#isFirm) return this;
    this.#firm ??= new Client(
      this.#connection,
      delayed(this.#signalOrSilence, grace),
      this.#hearing,
      this.#waiting,
      this.#turns,
      this.#transport,
    );
    return this.#firm;
  }

  /** `path` is the encoded part after /api/; `parse` sees exact numbers. Throws a BrokerError. */
  read<T>(path: string, parse: (answer: unknown) => T): Promise<T> {
    return this.#read(this.#request('GET', path), parse);
  }

  /** The same for a health check, whose own answer may be 503. */
  readCheck<T>(path: string, parse: (answer: unknown) => T): Promise<T> {
    return this.#read({ ...this.#request('GET', path), isCheck: true }, parse);
  }

  /** The same for answers that grow with the number of objects. */
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

  /**
   * Sends a PUT, or an idempotent POST, such as that of a binding. Returns whether it may have been
   * carried out more than once. Throws a BrokerError.
   */
  async write(
    method: 'PUT' | 'POST',
    path: string,
    body: unknown,
    isDone: Check = never,
  ): Promise<{ readonly wasCut: boolean }> {
    const request = { ...this.#request(method, path), body: renderJson(body) };
    const seen = { isDone: false, wasCut: false };
    const isEnough = async () => (seen.isDone = await isDone());
    const onDoubt = () => (seen.wasCut = true);
    const outcome = await this.#turns.take(() => this.#repeat(request, { isEnough, onDoubt }));
    if (seen.isDone || proofOf(request, outcome) === 'carried out') return seen;
    throw toError(request, outcome);
  }

  /** Retries only a 429: the object may have been recreated. Succeeds if it is gone. */
  async delete(path: string): Promise<void> {
    const request = this.#request('DELETE', path);
    const outcome = await this.#turns.take(() => this.#repeat(request));
    const proof = proofOf(request, outcome);
    if (proof === 'carried out' || (isDoubtful(request, outcome) && (await this.isGone(path))))
      return;
    throw toError(request, outcome);
  }

  /**
   * Sends a write once, and waits so many milliseconds for the answer. Undefined if none proves
   * anything.
   */
  async once(
    method: 'PUT' | 'DELETE',
    path: string,
    body: unknown,
    patience: number,
  ): Promise<Once | undefined> {
    const request = {
      ...this.#request(method, path),
      ...(body !== undefined && { body: renderJson(body) }),
    };
    const outcome = await this.#send(request, patience, this.#signal);
    if (outcome.kind === 'unanswered' || proofOf(request, outcome) === 'nothing') return undefined;
    const { status } = outcome;
    return { status, why: status < 400 ? '' : toRefusalError(request, outcome).message };
  }

  async isGone(path: string): Promise<boolean> {
    const plain = `${path.replace(/\?.*/, '')}?disable_stats=true`;
    return (await this.look(plain, parseAny)).kind === 'gone';
  }

  /** Trusts only the broker's own answer. Doesn't ask a broker that is known to be silent. */
  async look<T>(path: string, parse: (answer: unknown) => T): Promise<Look<T>> {
    const { silent } = this.#hearing;
    if (!this.#isFirm && silent.aborted) return unseen(silent.reason);
    // An object that lists all of its consumers may be long.
    const request = { ...this.#request('GET', path), isList: true };
    const most = this.#isFirm ? firmLooks : Infinity;
    return this.#repeat(request, { most }).then(
      (outcome) => toLook(request, outcome, parse),
      unseen,
    );
  }

  close(): void {
    this.#transport.close();
  }

  /** Reports whether the broker was heard before it sends another request. */
  async #repeat(request: Request, limits: Partial<Repeating> = {}): Promise<Outcome> {
    const { isEnough = never, onDoubt, most = Infinity } = limits;
    const since = performance.now();
    const end = since + this.#hearing.patience();
    // The signal of an earlier silence must not cut this request short.
    const signal = this.#hearing.silent.aborted ? this.#signal : this.#signalOrSilence;
    const latest = latestStart(request, since, end);
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#send(request, end - performance.now(), signal);
      const pause = pauseBefore(attempt + 1, outcome);
      const isHopeful = isPassing(request, outcome, attempt, { isFirm: this.#isFirm });
      const isLast = !isHopeful || attempt >= most || performance.now() + pause > latest;
      if (isLast && !isHeard(outcome)) this.#hearing.miss(since);
      // The broker may have closed the first attempt's connection: retrying tells more.
      const isInDoubt = isDoubtful(request, outcome);
      if (isInDoubt) onDoubt?.();
      const isToLook = isInDoubt && (isLast || attempt > 1);
      if ((isToLook && (await isEnough())) || isLast) return outcome;
      this.#sayRepeating(request, outcome, performance.now() + pause - since, latest - since);
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  /** `spent`, `most`: milliseconds since the first attempt. */
  #sayRepeating(request: Request, outcome: Outcome, spent: number, most: number): void {
    const { message } = toError(request, outcome);
    const reason = outcome.kind === 'answered' ? String(outcome.status) : outcome.code;
    const line = `waiting: ${message}: retrying, for ${Math.ceil(most / 1_000)} s at most`;
    this.#waiting.say(spent, reason, line);
  }

  async #send(request: Request, patience: number, signal: AbortSignal): Promise<Outcome> {
    const sent = await this.#transport.send(request, {
      timeout: Math.max(1, Math.round(patience)),
      signal,
      onProgress: () => {
        this.#hearing.hear();
      },
    });
    const outcome = request.isCheck ? toCheckAnswer(sent) : sent;
    if (isHeard(outcome)) this.#hearing.hear();
    else this.#signal.throwIfAborted();
    return outcome;
  }

  #request(method: Request['method'], path: string): Request {
    // URLs resolve these names, and the request would reach another object.
    if (/(^|\/)\.\.?(\/|\?|$)/.test(path)) {
      const object = path.replace(/\?.*/, '');
      const hint = 'use an AMQP client for it';
      throw new ExpectedError(`${object}: a URL can't contain a name of one or two dots`, { hint });
    }
    const url = `${this.#connection.endpoint}/api/${path}`;
    return { method, url, path, login: this.#connection, isList: false };
  }
}

interface Repeating {
  readonly isEnough: Check;
  /** Called after an attempt that may have been carried out. */
  readonly onDoubt: () => void;
  /** Attempts. */
  readonly most: number;
}

/** Aborts this many milliseconds after `signal`, for the same reason. */
function delayed(signal: AbortSignal, milliseconds: number): AbortSignal {
  const late = new AbortController();
  const wait = (): void => {
    setTimeout(() => late.abort(signal.reason), milliseconds).unref();
  };
  if (signal.aborted) wait();
  else signal.addEventListener('abort', wait, { once: true });
  return late.signal;
}

function unseen(error: unknown): Extract<Look<never>, { kind: 'unknown' }> {
  if (!(error instanceof ExpectedError)) throw error;
  return { kind: 'unknown', why: error.message };
}
