// What is known of a dead letter, whoever made it: a worker, with the error, or the broker, with where it died.
import { createHash } from 'node:crypto';
import type { MessageProperties, XDeath } from 'amqplib';
import { attemptHeader, parseTask, type Route } from '../message.ts';
import type { Task } from '../task.generated.ts';
import { deathHeaders } from '../work/republish.ts';

export interface Letter {
  /** The task's id; of a message that is no task its message id, or else a digest of its content. */
  readonly id: string;
  /** Null where nobody counted. */
  readonly attempts: number | null;
  readonly verdict: string;
  readonly error: string;
  /** The worker that gave it up; null where the broker did. */
  readonly worker: string | null;
  /** The queue that it died in; null where nothing says. */
  readonly queue: string | null;
  /** Where it was published to first; null where nothing says, and it can't be replayed. */
  readonly from: Route | null;
  /** RFC 3339 in UTC; null where nothing says. */
  readonly time: string | null;
  /** What tells the task from others; null where the message is none. */
  readonly task: Pick<Task, 'seed' | 'labels' | 'hyperparameters'> | null;
}

export interface DeadMessage {
  readonly content: Buffer;
  readonly properties: Pick<MessageProperties, 'headers' | 'messageId'>;
}

/** All but the task itself. */
type Fate = Omit<Letter, 'task'>;

export const readLetter = (message: DeadMessage): Letter => ({
  ...readFate(message),
  task: taskIn(message),
});

function readFate(message: DeadMessage): Fate {
  const headers = new Map<string, unknown>(Object.entries(message.properties.headers ?? {}));
  const id = idOf(message);
  const attempts = numberIn(headers, attemptHeader) ?? deliveriesIn(headers);
  if (typeof headers.get(deathHeaders.verdict) === 'string') return ofWorker(id, attempts, headers);
  const [last] = (headers.get('x-death') ?? []) as readonly Partial<XDeath>[];
  return ofBroker(id, attempts, last);
}

function ofWorker(id: string, attempts: number | null, headers: Headers): Fate {
  const [exchange, routing_key] = [
    textIn(headers, deathHeaders.exchange),
    textIn(headers, deathHeaders.routing_key),
  ];
  return {
    ...{ id, attempts },
    verdict: textIn(headers, deathHeaders.verdict) ?? '',
    error: textIn(headers, deathHeaders.error) ?? '',
    worker: textIn(headers, deathHeaders.worker),
    queue: textIn(headers, deathHeaders.queue),
    from: exchange === null || routing_key === null ? null : { exchange, routing_key },
    time: textIn(headers, deathHeaders.time),
  };
}

/** The broker's list has the last death first. */
function ofBroker(id: string, attempts: number | null, death: Partial<XDeath> | undefined): Fate {
  const routing_key = death?.['routing-keys']?.[0];
  const exchange = death?.exchange;
  const seconds = death?.time?.value;
  return {
    ...{ id, attempts, verdict: 'broker', worker: null },
    error: death?.reason === undefined ? 'nothing says why' : `the broker: ${death.reason}`,
    queue: death?.queue ?? null,
    from: exchange === undefined || routing_key === undefined ? null : { exchange, routing_key },
    time: seconds === undefined ? null : new Date(seconds * 1_000).toISOString(),
  };
}

function taskIn({ content, properties }: DeadMessage): Letter['task'] {
  const parsed = parseTask(content, properties as MessageProperties);
  if (parsed.kind === 'broken') return null;
  const { seed, labels, hyperparameters } = parsed.value;
  return {
    ...(seed !== undefined && { seed }),
    ...(labels !== undefined && { labels }),
    ...(hyperparameters !== undefined && { hyperparameters }),
  };
}

type Headers = ReadonlyMap<string, unknown>;

function idOf({ content, properties }: DeadMessage): string {
  const { messageId } = properties as { messageId?: unknown };
  if (typeof messageId === 'string' && messageId !== '') return messageId;
  const id = idInBody(content);
  return id ?? `sha256:${createHash('sha256').update(content).digest('hex').slice(0, 16)}`;
}

function idInBody(content: Buffer): string | undefined {
  try {
    const { id } = JSON.parse(content.toString()) as { id?: unknown };
    return typeof id === 'string' ? id : undefined;
  } catch {
    return undefined;
  }
}

function textIn(headers: Headers, name: string): string | null {
  const value = headers.get(name);
  return typeof value === 'string' ? value : null;
}

function numberIn(headers: Headers, name: string): number | null {
  const value = headers.get(name);
  return typeof value === 'number' ? value : null;
}

const deliveriesIn = (headers: Headers): number | null => numberIn(headers, 'x-delivery-count');
