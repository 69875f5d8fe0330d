// Logs as JSON, a line each, on stderr.
import { pino, type Logger } from 'pino';
import { escapeChar, unprintable } from '../../topology/json.ts';
import { unreachable } from '../../topology/object.ts';
import type { LogLine } from '../trainers/exec/options.ts';
import type { LinkState } from '../messaging/link.ts';
import type { Settled, Step, WorkEvent } from './event.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export class WorkLog {
  readonly #log: Logger;

  /** `fd`: where the lines go. */
  constructor(level: LogLevel, worker: string, fd = 2) {
    const time = (): string => `,"time":"${new Date().toISOString()}"`;
    const formatters = { level: (label: string) => ({ level: label }) };
    const destination = pino.destination({ dest: fd, sync: true });
    // The log's reader is gone: the tasks go on.
    destination.on('error', () => undefined);
    const base = { worker };
    this.#log = pino({ level, base, timestamp: time, formatters, hooks }, destination);
  }

  /** For a test or a person who wants to know each step. */
  step(step: Step, task: string): void {
    this.#log.debug({ task, step }, 'step');
  }

  /** What a trainer printed. */
  trainer({ source, text }: LogLine): void {
    if (source === 'harness') this.#log.warn({ source }, text);
    else this.#log.info({ source, text }, 'trainer');
  }

  info(message: string, fields: object = {}): void {
    this.#log.info(fields, message);
  }

  tell(event: WorkEvent): void {
    switch (event.kind) {
      case 'received': {
        const { id: task, redelivered } = event;
        this.#log.debug({ task, redelivered }, 'received');
        return;
      }
      case 'started':
        this.#log.debug({ task: event.id, attempt: event.attempt }, 'started');
        return;
      case 'trained': {
        const { id: task, attempt, seconds, metrics } = event;
        this.#log.info({ task, attempt, seconds, metrics }, 'trained');
        return;
      }
      case 'failed': {
        const { id: task, attempt, seconds, verdict, error } = event;
        this.#log.warn({ task, attempt, seconds, verdict, error }, 'failed');
        return;
      }
      case 'settled':
        this.#tellSettled(event.id, event.settled);
        return;
      case 'refused': {
        const { id: task, what, reason, retry } = event;
        this.#log.error({ task, reason, retry }, `the ${what} is not taken, and is tried again`);
        return;
      }
      case 'connection':
        this.#tellConnection(event.of, event.state);
        return;
      case 'cancelled': {
        const { queue } = event;
        this.#log.warn({ queue }, 'the broker cancelled the consumer: its queue is gone, or moves');
        return;
      }
      case 'ending':
        this.#log.info({ how: event.how }, endings[event.how]);
        return;
      case 'warning':
        this.#log.warn(event.hint === undefined ? {} : { hint: event.hint }, event.message);
        return;
      default:
        unreachable(event);
    }
  }

  #tellSettled(task: string, settled: Settled): void {
    switch (settled.kind) {
      case 'dead': {
        const { death } = settled;
        this.#log.error({ task, ...death, in: settled.in }, 'dead-lettered');
        return;
      }
      case 'retried':
        this.#log.info({ task, attempt: settled.attempt, after: settled.after }, 'to be retried');
        return;
      case 'kept':
        this.#log.info({ task }, 'done earlier: its result is published again');
        return;
      case 'requeued':
        this.#log.info({ task }, 'handed back');
        return;
      case 'lost':
        this.#log.info({ task }, 'its delivery is lost, the broker delivers it again');
        return;
      case 'done':
        this.#log.debug({ task }, 'done');
        return;
      default:
        unreachable(settled);
    }
  }

  #tellConnection(connection: string, state: LinkState): void {
    switch (state.kind) {
      case 'connected': {
        const { generation } = state;
        this.#log.info({ connection, generation }, 'connected');
        return;
      }
      case 'lost': {
        const { reason, retry } = state;
        this.#log.warn({ connection, reason, retry }, 'connection lost');
        return;
      }
      case 'blocked':
        this.#log.warn({ connection, reason: state.reason }, 'the broker takes no messages');
        return;
      case 'unblocked':
        this.#log.info({ connection }, 'the broker takes messages again');
        return;
      default:
        unreachable(state);
    }
  }
}

/** Escapes what JSON leaves raw, on the one way out: a terminal acts on it, or it is invisible. */
const hooks = { streamWrite: (line: string) => line.replace(unprintable, escapeChar) };

const endings = {
  drained: 'finishing what runs; once more to hand it back',
  handed_back: 'handing back what runs; once more to leave at once',
  left: 'leaving at once',
  failed: 'the worker can not go on: finishing what runs',
} as const;
