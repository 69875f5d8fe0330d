// Reads workers' events and results, as far as they concern a run.
import type { Message } from 'amqplib';
import type { EventMessage } from '../../messaging/event.generated.ts';
import { parseJsonBytes, parseResult, type Parsed } from '../../messaging/message.ts';
import type { Result } from '../../messaging/result.generated.ts';
import type { OfWorker } from './roster.ts';
import { type Unit, unitOf } from '../model/unit.ts';

interface RunShape {
  readonly run: string;
  readonly rounds: number;
  readonly shards: number;
}

/**
 * Undefined if it is of another run, or nothing to act on. `at`: milliseconds since 1970, by this
 * machine's clock.
 */
export function toCoordinatorEvent(
  message: EventMessage,
  course: RunShape,
  at: number,
): OfWorker | undefined {
  const { worker, queue } = message;
  if (!('event' in message)) {
    const { state, concurrency = 1, tasks } = message;
    const ids = tasks.map(({ id }) => id).filter((id) => unitOf(id, course) !== undefined);
    return { at, kind: 'heartbeat', worker, queue, state, concurrency, tasks: ids };
  }
  const unit = unitOf(message.task, course);
  if (unit === undefined || message.event === 'done') return undefined;
  if (message.event === 'started') return { at, kind: 'started', worker, queue, unit };
  const { attempt, verdict = 'retryable', error = 'without a reason' } = message;
  if (message.event === 'given_up') {
    if (verdict === 'poison') return undefined;
    return { at, kind: 'given_up', worker, queue, unit, attempt, error };
  }
  return { at, kind: 'failed', worker, queue, unit, attempt, verdict, error };
}

export interface ReadResult {
  readonly parsed: Parsed<Result>;
  /** Of a broken result by its message id. Undefined if it is of another run, or no result. */
  readonly unit: Unit | undefined;
  /** Who gave it, as it says. */
  readonly worker: string;
  /** What the words of its task hash to, as it says. */
  readonly task_sha256: string | undefined;
  /** False of a late one that names no words that are known to have been sent. */
  readonly isProven?: boolean;
}

export function readResult({ content, properties }: Message, course: RunShape): ReadResult {
  const parsed = parseResult(content, properties);
  if (parsed.kind === 'parsed') {
    const { task, worker, task_sha256 } = parsed.value;
    return { parsed, unit: unitOf(task, course), worker, task_sha256 };
  }
  const { messageId } = properties as { messageId?: unknown };
  return { parsed, unit: unitOf(String(messageId), course), ...saidIn(content) };
}

/** What can be read of a broken one. */
function saidIn(content: Buffer): Pick<ReadResult, 'worker' | 'task_sha256'> {
  const parsed = parseJsonBytes(content);
  const json = parsed.kind === 'parsed' ? parsed.value.json : undefined;
  const fields = new Map<string, unknown>(Object.entries(json ?? {}));
  const textIn = (name: string): string | undefined => {
    const text = fields.get(name);
    return typeof text === 'string' && text.length <= longestName ? text : undefined;
  };
  return { worker: textIn('worker') ?? 'unknown', task_sha256: textIn('task_sha256') };
}

/** As in result.schema.json. */
const longestName = 255;
