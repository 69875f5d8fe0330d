// Reads a dead letter: from a worker, with the error, or from the broker, with where it died.
// Believes none of it, as any publisher can forge one.
import { createHash } from 'node:crypto';
import { isShort } from '../../amqp/writable.ts';
import { attemptHeader, parseTask, type Route } from '../messaging/message.ts';
import type { Task } from '../messaging/task.generated.ts';
import { deathHeaders, longestError, longestName, type Carried } from '../messaging/carry.ts';

export interface Letter {
  /**
   * The task's id; of a message that is no task its message id, or else a digest of its content.
   */
  readonly id: string;
  /** Null if unknown. */
  readonly attempts: number | null;
  readonly verdict: string;
  readonly error: string;
  /** The worker that gave it up; null if the broker did. */
  readonly worker: string | null;
  /** The queue that it died in; null if nothing says. */
  readonly queue: string | null;
  /**
   * Where it says that it was published to first; null if nothing says, and it can't be replayed.
   */
  readonly from: Route | null;
  /** RFC 3339 in UTC; null if nothing says. */
  readonly time: string | null;
  /** What tells the task from others; null if the message is none. */
  readonly task: Pick<Task, 'seed' | 'labels' | 'hyperparameters'> | null;
}

export const readLetter = (message: Carried): Letter => ({
  ...readFate(message),
  task: taskIn(message),
});

/** All but the task itself. */
type Fate = Omit<Letter, 'task'>;

function readFate(message: Carried): Fate {
  const headers = fieldsOf(fieldsOf(message.properties).get('headers'));
  const id = idOf(message);
  const attempts =
    countIn(headers.get(attemptHeader)) ?? countIn(headers.get('x-delivery-count')) ?? null;
  const isOfWorker = typeof headers.get(deathHeaders.verdict) === 'string';
  return { id, attempts, ...(isOfWorker ? ofWorker(headers) : ofBroker(headers.get('x-death'))) };
}

type Fields = ReadonlyMap<string, unknown>;
type Death = Omit<Fate, 'id' | 'attempts'>;

function ofWorker(headers: Fields): Death {
  const text = (name: string): string | null => textIn(headers.get(name));
  return {
    verdict: text(deathHeaders.verdict) ?? '',
    error: textIn(headers.get(deathHeaders.error), longestError) ?? '',
    worker: text(deathHeaders.worker),
    queue: text(deathHeaders.queue),
    from: routeOf(text(deathHeaders.exchange), text(deathHeaders.routing_key)),
    time: timeOf(Date.parse(text(deathHeaders.time) ?? '')),
  };
}

/** The broker's list has the last death first. */
function ofBroker(deaths: unknown): Death {
  const death = fieldsOf(listIn(deaths)[0]);
  const reason = textIn(death.get('reason'));
  const [routing_key] = listIn(death.get('routing-keys'));
  const seconds = fieldsOf(death.get('time')).get('value');
  return {
    verdict: 'broker',
    worker: null,
    error: reason === null ? 'nothing says why' : `the broker: ${reason}`,
    queue: textIn(death.get('queue')),
    from: routeOf(textIn(death.get('exchange')), textIn(routing_key)),
    time: timeOf(typeof seconds === 'number' ? seconds * 1_000 : NaN),
  };
}

function taskIn({ content, properties }: Carried): Letter['task'] {
  const parsed = parseTask(content, properties);
  if (parsed.kind === 'broken') return null;
  const { seed, labels, hyperparameters } = parsed.value;
  return {
    ...(seed !== undefined && { seed }),
    ...(labels !== undefined && { labels }),
    ...(hyperparameters !== undefined && { hyperparameters }),
  };
}

function idOf({ content, properties }: Carried): string {
  const messageId = textIn(fieldsOf(properties).get('messageId'));
  if (messageId !== null && messageId !== '') return messageId;
  const id = idInBody(content);
  return id ?? `sha256:${createHash('sha256').update(content).digest('hex').slice(0, 16)}`;
}

function idInBody(content: Buffer): string | undefined {
  try {
    const id = fieldsOf(JSON.parse(content.toString())).get('id');
    return typeof id === 'string' && isShort(id) ? id : undefined;
  } catch {
    return undefined;
  }
}

const fieldsOf = (value: unknown): Fields =>
  new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);

const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const textIn = (value: unknown, longest = longestName): string | null =>
  typeof value === 'string' ? value.slice(0, longest) : null;

const countIn = (value: unknown): number | undefined =>
  Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined;

const routeOf = (exchange: string | null, routing_key: string | null): Route | null =>
  exchange === null || routing_key === null ? null : { exchange, routing_key };

/** Milliseconds since 1970. */
function timeOf(at: number): string | null {
  const time = new Date(at);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}

/**
 * The user who published the task of a letter: the worker notes it, as the letter bears its own.
 * Empty if the broker did not know.
 */
export function publisherOf(properties: object): string {
  const { headers, userId } = properties as { headers?: unknown; userId?: unknown };
  const noted = new Map<string, unknown>(Object.entries(headers ?? {})).get(deathHeaders.user);
  if (typeof noted === 'string') return noted;
  return typeof userId === 'string' ? userId : '';
}
