// What workers tell the events exchange, and what they give, as far as it concerns a run.
import type { Message } from 'amqplib';
import type { EventMessage } from '../event.generated.ts';
import { parseJsonBytes, parseResult, type Parsed } from '../message.ts';
import type { Result } from '../result.generated.ts';
import type { CoordinatorEvent } from './reducer-types.ts';
import type { Unit } from './unit.ts';
import { unitOf } from './unit-of.ts';

interface RunShape {
  readonly run: string;
  readonly rounds: number;
  readonly shards: number;
}

/** Undefined where it is of another run, or nothing to act on. `at`: milliseconds since 1970, by this machine's clock. */
export function toCoordinatorEvent(
  message: EventMessage,
  course: RunShape,
  at: number,
): CoordinatorEvent | undefined {
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
  /** Of a broken result by its message id. Undefined where it is of another run, or no result. */
  readonly unit: Unit | undefined;
  /** Who gave it, as it says. */
  readonly worker: string;
}

export function readResult({ content, properties }: Message, course: RunShape): ReadResult {
  const parsed = parseResult(content, properties);
  if (parsed.kind === 'parsed') {
    const { task, worker } = parsed.value;
    return { parsed, unit: unitOf(task, course), worker };
  }
  const { messageId } = properties as { messageId?: unknown };
  return { parsed, unit: unitOf(String(messageId), course), worker: workerIn(content) };
}

function workerIn(content: Buffer): string {
  const parsed = parseJsonBytes(content);
  const json = parsed.kind === 'parsed' ? parsed.value.json : undefined;
  const worker = typeof json === 'object' && json !== null && 'worker' in json && json.worker;
  return typeof worker === 'string' && worker.length <= longestName ? worker : 'unknown';
}

/** As in result.schema.json. */
const longestName = 255;
