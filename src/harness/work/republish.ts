// The messages that take a delivery's place: the task once more, or the task as a dead letter with what became of it.
import { randomUUID } from 'node:crypto';
import type { ConsumeMessage, MessagePropertyHeaders } from 'amqplib';
import { attemptHeader, type Route } from '../message.ts';
import type { Message } from '../publisher.ts';
import type { Death } from './settlement.ts';

/** Headers of a dead letter, beside those that the task had. */
export const deathHeaders = {
  error: 'x-topo-error',
  verdict: 'x-topo-verdict',
  worker: 'x-topo-worker',
  queue: 'x-topo-queue',
  exchange: 'x-topo-exchange',
  routing_key: 'x-topo-routing-key',
  time: 'x-topo-time',
  /** The user id of the task, which the broker has checked; empty if it had none. */
  user: 'x-topo-user',
} as const;

export interface Burial {
  readonly death: Death;
  /** Of the task; undefined where the message is none. */
  readonly id: string | undefined;
  readonly attempt: number;
  readonly worker: string;
  readonly queue: string;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** Bytes: a frame may be refused with more, and amqplib can't encode over 64 KiB. */
const mostHeaders = 32 * 1024;
const longestError = 4_000;

/** Headers that say where a message has been or is to go besides; they would mislead the broker, or its readers. */
const notCarried =
  /^(x-death|x-first-death-.*|x-last-death-.*|x-delivery-count|x-acquired-count|CC|BCC)$/;

/** All but the user, who may be another, and the time to live, which the task has outlived. */
const carriedProperties = [
  ...['contentType', 'contentEncoding', 'priority', 'correlationId', 'replyTo'],
  ...['timestamp', 'type', 'appId'],
];

/** The task, for its next attempt. */
export function nextAttempt(
  message: ConsumeMessage,
  { id, attempt, ...route }: Route & { readonly id: string; readonly attempt: number },
): Message {
  return carry(message, route, { id, headers: { [attemptHeader]: attempt + 1 } });
}

export function deadLetter(message: ConsumeMessage, burial: Burial, queue: string): Message {
  const { death, attempt, worker, time } = burial;
  const headers = {
    [attemptHeader]: attempt,
    [deathHeaders.error]: cut(death.error, longestError),
    [deathHeaders.verdict]: death.verdict,
    [deathHeaders.worker]: worker,
    [deathHeaders.queue]: burial.queue,
    [deathHeaders.exchange]: message.fields.exchange,
    [deathHeaders.routing_key]: message.fields.routingKey,
    [deathHeaders.time]: new Date(time).toISOString(),
    [deathHeaders.user]: userOf(message),
  };
  return carry(message, { exchange: '', routing_key: queue }, { id: burial.id, headers });
}

function userOf({ properties }: ConsumeMessage): string {
  const { userId } = properties as { userId?: unknown };
  return typeof userId === 'string' ? userId : '';
}

/** The content byte by byte, and the properties that the message may have again. */
export function carry(
  { content, properties }: Pick<ConsumeMessage, 'content' | 'properties'>,
  { exchange, routing_key }: Route,
  own: { readonly id: string | undefined; readonly headers: MessagePropertyHeaders },
): Message {
  const known = new Map<string, unknown>(Object.entries(properties));
  const messageId = known.get('messageId');
  const kept = carriedProperties.filter((name) => known.get(name) !== undefined);
  const headers = { ...carriedHeaders(properties.headers ?? {}), ...own.headers };
  return {
    exchange,
    routing_key,
    content,
    properties: {
      ...Object.fromEntries(kept.map((name) => [name, known.get(name)])),
      messageId: own.id ?? (typeof messageId === 'string' ? messageId : randomUUID()),
      headers,
    },
  };
}

/** Those of the publisher, as long as there is room for them: what counts is in the body. */
function carriedHeaders(headers: MessagePropertyHeaders): MessagePropertyHeaders {
  const entries = Object.entries(headers).filter(([name]) => !notCarried.test(name));
  let room = mostHeaders;
  const fitting = entries.filter(([name, value]) => {
    room -= name.length + Buffer.byteLength(JSON.stringify([value]));
    return room > 0;
  });
  return Object.fromEntries(fitting);
}

const cut = (text: string, longest: number): string =>
  text.length > longest ? `${text.slice(0, longest)}…` : text;
