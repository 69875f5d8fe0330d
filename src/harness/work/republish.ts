// Makes the messages that take a delivery's place: the task for another attempt, or its dead
// letter.
import type { ConsumeMessage } from 'amqplib';
import { carry, deathHeaders, longestError, longestName } from '../messaging/carry.ts';
import { attemptHeader, faultHeader, type Route } from '../messaging/message.ts';
import type { Message } from '../messaging/publisher.ts';
import type { Run } from './run.ts';
import type { Death } from './settlement.ts';

export interface Burial {
  readonly death: Death;
  /** Of the task; undefined if the message is none. */
  readonly id: string | undefined;
  readonly attempt: number;
  readonly worker: string;
  readonly queue: string;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** For where not all that it brought can be sent again: its content, and whose it was. */
export function bare(message: ConsumeMessage): ConsumeMessage {
  const { userId } = message.properties as { userId?: unknown };
  return { ...message, properties: { userId } as ConsumeMessage['properties'] };
}

/** The task, for its next attempt. */
export function nextAttempt(
  message: ConsumeMessage,
  { id, attempt, fault, ...route }: Route & Pick<Run, 'id' | 'attempt' | 'fault'>,
): Message {
  const headers = { [attemptHeader]: attempt + 1, ...(fault && { [faultHeader]: fault }) };
  return carry(message, route, { id, headers });
}

export function deadLetter(message: ConsumeMessage, burial: Burial, queue: string): Message {
  const { death, attempt, worker, time } = burial;
  const headers = {
    [attemptHeader]: attempt,
    [deathHeaders.error]: cut(death.error, longestError),
    [deathHeaders.verdict]: death.verdict,
    [deathHeaders.worker]: worker,
    [deathHeaders.queue]: burial.queue,
    [deathHeaders.exchange]: cut(message.fields.exchange, longestName),
    [deathHeaders.routing_key]: cut(message.fields.routingKey, longestName),
    [deathHeaders.time]: new Date(time).toISOString(),
    [deathHeaders.user]: userOf(message),
  };
  return carry(message, { exchange: '', routing_key: queue }, { id: burial.id, headers });
}

function userOf({ properties }: ConsumeMessage): string {
  const { userId } = properties as { userId?: unknown };
  return typeof userId === 'string' ? userId : '';
}

const cut = (text: string, longest: number): string =>
  text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
