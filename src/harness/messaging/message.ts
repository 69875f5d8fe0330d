// Tasks, results and events as AMQP messages: content, properties, and the check against
// schema/*.schema.json.
import type { ErrorObject, ValidateFunction } from 'ajv';
import type { MessageProperties } from 'amqplib';
import { nearest } from '../../topology/did-you-mean.ts';
import { quote, renderKind } from '../../topology/quote.ts';
import type { EventMessage } from './event.generated.ts';
import { isTooDeep } from './depth.ts';
import { checkInline } from './inline.ts';
import type { Message } from './publisher.ts';
import type { Result } from './result.generated.ts';
import type { Task } from './task.generated.ts';
import * as validators from './validators.js';

/** Of a task: which attempt it is, from 1. */
export const attemptHeader = 'x-topo-attempt';
/** Of a task that is retried: the fault of the trainer's program that the last attempt ended in. */
export const faultHeader = 'x-topo-fault';
const types = { task: 'topo.task.v1', result: 'topo.result.v1' } as const;

export interface Route {
  readonly exchange: string;
  readonly routing_key: string;
}

export interface TaskRoute extends Route {
  /** From 1. */
  readonly attempt: number;
  /** The queue that results go to. */
  readonly reply_to: string | undefined;
}

export type Parsed<T> =
  | { readonly kind: 'parsed'; readonly value: T }
  | { readonly kind: 'broken'; readonly problems: readonly string[] };

/** `content` is the JSON of a task with this id, byte by byte as it is to arrive. */
export function taskMessage(id: string, content: Buffer, route: TaskRoute): Message {
  const { exchange, routing_key, attempt, reply_to } = route;
  const properties = propertiesOf(types.task, id, { [attemptHeader]: attempt }, reply_to);
  return { exchange, routing_key, content, properties };
}

export function renderResult(result: Result, { exchange, routing_key }: Route): Message {
  const content = Buffer.from(JSON.stringify(result));
  const properties = propertiesOf(types.result, result.task);
  return { exchange, routing_key, content, properties };
}

/** `id`: of the task. */
function propertiesOf(
  type: string,
  id: string,
  headers: Record<string, number> = {},
  replyTo?: string,
): Message['properties'] {
  return {
    type,
    messageId: id,
    correlationId: id,
    headers,
    contentType: 'application/json',
    persistent: true,
    appId: 'topo-harness',
    // Seconds, as RabbitMQ and its other clients have it.
    timestamp: Math.floor(Date.now() / 1_000),
    ...(replyTo !== undefined && { replyTo }),
  };
}

/** Also takes tasks that were published without the harness, with any properties or none. */
export function parseTask(content: Buffer, properties: object): Parsed<Task> {
  const parsed = parseBody<Task>(content, checkTask);
  if (parsed.kind === 'broken') return parsed;
  return agreeing(parsed.value, properties, types.task, parsed.value.id);
}

/** Inline parameters are whole: what they hash to has been checked. */
export function parseResult(content: Buffer, properties: object): Parsed<Result> {
  const parsed = parseBody<Result>(content, checkResult);
  if (parsed.kind === 'broken') return parsed;
  return agreeing(parsed.value, properties, types.result, parsed.value.task);
}

export const parseEvent = (content: Buffer): Parsed<EventMessage> =>
  parseBody<EventMessage>(content, checkEvent);

function parseBody<T>(content: Buffer, check: (value: unknown) => string[]): Parsed<T> {
  const parsed = parseJsonBytes(content);
  if (parsed.kind === 'broken') return parsed;
  const { json } = parsed.value;
  const problems = check(json);
  return problems.length > 0 ? { kind: 'broken', problems } : { kind: 'parsed', value: json as T };
}

/** From 1; a task that says nothing of attempts is at its first. */
export function attemptOf({ headers }: MessageProperties): number {
  const attempt: unknown = headers?.[attemptHeader];
  return Number.isSafeInteger(attempt) && Number(attempt) > 0 ? Number(attempt) : 1;
}

/** Undefined if the last attempt did not end in a fault of the trainer's program. */
export function lastFaultOf({ headers }: MessageProperties): string | undefined {
  const fault: unknown = headers?.[faultHeader];
  return typeof fault === 'string' ? fault : undefined;
}

/** Whether events can be told of a task of this id. */
export const isTaskId = (id: string): boolean => /^[!-~]{1,200}$/.test(id);

/** All problems of a task; none if it is valid. */
export const checkTask = (value: unknown): string[] => check(validators.task, 'the task', value);

const checkResult = (value: unknown): string[] => check(validators.result, 'the result', value);

function checkEvent(value: unknown): string[] {
  const isOfTask = typeof value === 'object' && value !== null && 'event' in value;
  return isOfTask
    ? check(validators.event, 'the event', value)
    : check(validators.heartbeat, 'the heartbeat', value);
}

/** `name`: what the value should be. */
function check(validate: ValidateFunction, name: string, value: unknown): string[] {
  if (!validate(value)) return problemsOf(validate.errors ?? [], name);
  if (isTooDeep(value)) return ['it is nested too deeply'];
  const { parameters } = value as Task | Result;
  return parameters === undefined ? [] : checkInline(parameters);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

export function parseJsonBytes(bytes: Buffer): Parsed<{ text: string; json: unknown }> {
  try {
    const text = utf8.decode(bytes);
    return { kind: 'parsed', value: { text, json: JSON.parse(text) as unknown } };
  } catch (error) {
    const why = error instanceof SyntaxError ? 'it is not JSON' : 'it is not UTF-8';
    return { kind: 'broken', problems: [`${why}: ${quote(bytes.toString('utf8', 0, 200))}`] };
  }
}

/** Properties may be missing; those present have to match. */
function agreeing<T>(value: T, properties: object, type: string, id: string): Parsed<T> {
  const { type: foundType, messageId } = properties as { type?: unknown; messageId?: unknown };
  const pairs = [
    ['type', type, foundType],
    ['message id', id, messageId],
  ] as const;
  const problems = pairs.flatMap(([name, expected, found]) =>
    found === undefined || found === expected
      ? []
      : [`its ${name} is ${said(found)}, not ${quote(expected)}`],
  );
  return problems.length > 0 ? { kind: 'broken', problems } : { kind: 'parsed', value };
}

const said = (found: unknown): string =>
  typeof found === 'string' ? quote(found) : renderKind(found);

/** More don't help, and each takes time. */
const mostProblems = 20;

/** A failed condition is explained by what failed in it. */
const problemsOf = (errors: readonly ErrorObject[], name: string): string[] =>
  errors
    .filter(({ keyword }) => keyword !== 'if')
    .slice(0, mostProblems)
    .map((error) => render(error, name));

function render(error: ErrorObject, name: string): string {
  const { instancePath, keyword, params, message, parentSchema } = error;
  const where = instancePath === '' ? name : quote(instancePath.slice(1));
  if (keyword === 'false schema') return `${where} has no place beside "inline"`;
  if (keyword !== 'additionalProperties') return `${where} ${message ?? 'is wrong'}`;
  const field = String((params as { additionalProperty: unknown }).additionalProperty);
  const known = Object.keys((parentSchema as { properties?: object }).properties ?? {});
  const meant = nearest(field, known);
  const hint = meant === undefined ? `there are ${known.join(', ')}` : `did you mean ${meant}?`;
  return `${where} has no field ${quote(field)}: ${hint}`;
}
