// Copies a message that is published again: for another attempt, as a dead letter, or out of one.
import { randomUUID } from 'node:crypto';
import { isName, isShort, isTime, renderHeader, sizeOfHeader } from '../../amqp/writable.ts';
import type { Route } from './message.ts';
import type { Message } from './publisher.ts';

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

/** What a message was, as far as it can be carried on: from the broker, or from a file. */
export interface Carried {
  readonly content: Buffer;
  readonly properties: object;
}

/** What a message adds to what it carries on. */
export interface Own {
  /** Of the task; undefined if the message is none. */
  readonly id: string | undefined;
  readonly headers: Readonly<Record<string, string | number>>;
}

/** Bytes: a frame may be refused with more, and amqplib can't encode over 64 KiB. */
const mostHeaders = 32 * 1024;
/** In UTF-16 units: of an error, and of a name, which is longer than 255 if it was no UTF-8. */
export const longestError = 4_000;
export const longestName = 1_000;

/**
 * Headers about where a message has been, what became of it, or where else it should go: they would
 * mislead its readers.
 */
const notCarried =
  /^(x-topo-.*|x-death|x-first-death-.*|x-last-death-.*|x-delivery-count|x-acquired-count|CC|BCC)$/;

/** All but the user, who may be another, and the time to live, which the task has outlived. */
const carriedProperties: readonly (readonly [string, (value: unknown) => boolean])[] = [
  ['contentType', isProperty],
  ['contentEncoding', isProperty],
  ['priority', isPriority],
  ['correlationId', isProperty],
  ['replyTo', isProperty],
  ['timestamp', isTime],
  ['type', isProperty],
  ['appId', isProperty],
];

function isProperty(value: unknown): value is string {
  return typeof value === 'string' && isShort(value);
}

function isPriority(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 255;
}

/**
 * The content byte by byte, and of the rest what can be written again: the broker, or a file, may
 * have had anything.
 */
export function carry(
  { content, properties }: Carried,
  { exchange, routing_key }: Route,
  own: Own,
): Message {
  const known = new Map<string, unknown>(Object.entries(properties));
  const messageId = own.id ?? known.get('messageId');
  const kept = carriedProperties.filter(([name, isSound]) => isSound(known.get(name)));
  return {
    exchange,
    routing_key,
    content,
    properties: {
      ...Object.fromEntries(kept.map(([name]) => [name, known.get(name)])),
      messageId: isProperty(messageId) ? messageId : randomUUID(),
      headers: { ...carriedHeaders(known.get('headers'), own.headers), ...own.headers },
    },
  };
}

/** Those of the publisher, as long as there is room for them: what counts is in the body. */
function carriedHeaders(headers: unknown, own: Own['headers']): Record<string, unknown> {
  let room = mostHeaders;
  for (const [name, value] of Object.entries(own)) room -= sizeOfHeader(name, value);
  const carried: [string, unknown][] = [];
  for (const [name, value] of entriesOf(headers)) {
    const rendered = notCarried.test(name) || !isName(name) ? undefined : renderHeader(value);
    if (rendered === undefined) continue;
    room -= sizeOfHeader(name, rendered);
    if (room > 0) carried.push([name, rendered]);
  }
  return Object.fromEntries(carried);
}

const entriesOf = (headers: unknown): [string, unknown][] =>
  typeof headers === 'object' && headers !== null ? Object.entries(headers) : [];
