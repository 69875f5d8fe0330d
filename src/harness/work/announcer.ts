// Publishes the worker's heartbeats and events. Training never waits for it.
import { randomUUID } from 'node:crypto';
import type { Roles } from '../../topology/roles.ts';
import type { Event, EventMessage, Heartbeat, RunningTask } from '../messaging/event.generated.ts';
import { isTaskId } from '../messaging/message.ts';
import type { Publisher } from '../messaging/publisher.ts';
import type { WorkEvent } from './event.ts';
import type { Run } from './run.ts';
import type { Worker } from './worker.ts';

export interface AnnouncerOptions {
  readonly roles: Roles;
  readonly name: string;
  readonly queue: string;
  /** Milliseconds. */
  readonly heartbeat: number;
  /** How many tasks the worker trains at once. */
  readonly concurrency: number;
  readonly publisher: Publisher;
  readonly worker: Pick<Worker, 'state' | 'training'>;
}

const longestError = 1_000;

export class Announcer {
  readonly #options: AnnouncerOptions;
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
    if (options.roles.events === undefined) return;
    this.#timer = setInterval(() => this.#beat(), options.heartbeat);
    this.#beat();
  }

  tell(event: WorkEvent): void {
    if (this.#options.roles.events === undefined) return;
    if (changesLook(event)) this.#beat();
    const message = this.#render(event);
    if (message) this.#announce('topo.event.v1', `task.${message.event}`, message);
  }

  /** The last heartbeat says that it drains. */
  close(): void {
    clearInterval(this.#timer);
    if (this.#timer) this.#beat();
  }

  #beat(): void {
    const { worker, concurrency } = this.#options;
    const { state } = worker;
    const tasks = worker.training.map(renderTask);
    const heartbeat: Heartbeat = { ...this.#who(), state, concurrency, tasks };
    this.#announce('topo.heartbeat.v1', 'heartbeat', heartbeat);
  }

  #render(event: WorkEvent): Event | undefined {
    if (event.kind === 'settled') return this.#renderEnd(event);
    if (event.kind !== 'started' && event.kind !== 'trained' && event.kind !== 'failed')
      return undefined;
    const { id, digest, attempt } = event;
    const common = { ...this.#who(), task: id, attempt, ...wordsOf(digest) };
    if (event.kind === 'started') return { ...common, event: 'started' };
    const { seconds } = event;
    if (event.kind === 'trained') {
      return { ...common, event: 'done', seconds, metrics: { ...event.metrics } };
    }
    const error = event.error.slice(0, longestError);
    return { ...common, event: 'failed', seconds, verdict: event.verdict, error };
  }

  /** Announces only given-up tasks: training announced results and retries. */
  #renderEnd({ id, digest, settled }: Extract<WorkEvent, { kind: 'settled' }>): Event | undefined {
    if (settled.kind !== 'dead' || !isTaskId(id)) return undefined;
    const { attempt, death } = settled;
    const error = death.error.slice(0, longestError);
    const verdict = death.verdict === 'poison' ? { verdict: death.verdict } : {};
    const common = { ...this.#who(), task: id, attempt, ...wordsOf(digest) };
    return { ...common, event: 'given_up', ...verdict, error };
  }

  #who() {
    const { name, queue } = this.#options;
    return { version: 1, worker: name, queue, at: new Date().toISOString() } as const;
  }

  #announce(type: string, key: string, message: EventMessage): void {
    const { publisher, roles, name } = this.#options;
    publisher.announce({
      exchange: roles.events ?? '',
      routing_key: `${key}.${wordOf(name)}`,
      content: Buffer.from(JSON.stringify(message)),
      properties: {
        type,
        messageId: randomUUID(),
        appId: 'topo-harness',
        contentType: 'application/json',
        timestamp: Math.floor(Date.now() / 1_000),
      },
    });
  }
}

/** Report at once that a worker is there again, or takes no more tasks. */
const changesLook = (event: WorkEvent): boolean =>
  event.kind === 'ending' ||
  (event.kind === 'connection' && event.of === 'publisher' && event.state.kind === 'connected');

function renderTask({ id, digest, attempt, startedAt, progress }: Run): RunningTask {
  return {
    id,
    attempt,
    started_at: new Date(startedAt ?? 0).toISOString(),
    ...wordsOf(digest),
    ...(progress && { fraction: progress.fraction }),
    ...(progress?.metrics && { metrics: progress.metrics }),
  };
}

/** Proof that the worker has the very task that was sent. */
const wordsOf = (digest: string): Pick<RunningTask, 'task_sha256'> =>
  digest === '' ? {} : { task_sha256: digest };

/** One word of a routing key, for topic exchanges; a key has 255 bytes at most. */
const wordOf = (name: string): string => name.replaceAll(/[^\w-]/g, '_').slice(0, 200);
