// What a change of a queue's settings does later to messages that the queue keeps for now: it gives
// them up sooner, or elsewhere. Measured on 3.10.8, 4.0.5 and 4.3.6.
import { renderJson } from './json.ts';
import { quote } from './quote.ts';
import type { Table, Value } from './value.ts';
import { isWithin } from './versions.ts';

export interface QueueNote {
  /** Such as `delivery-limit none → 5`. */
  readonly what: string;
  readonly then: string;
}

type NoteRule = (before: Table, after: Table, version: string) => QueueNote | undefined;

/** To add a rule, write a function and list it here. */
const rules: readonly NoteRule[] = [limitsDeliveries, deadLettersElsewhere];

/** Takes effective settings. */
export const notesBetween = (before: Table, after: Table, version: string): QueueNote[] =>
  rules.flatMap((rule) => rule(before, after, version) ?? []);

/** A lower limit applies to what is requeued next: what waits in the queue stays there. */
function limitsDeliveries(before: Table, after: Table, version: string): QueueNote | undefined {
  const [was, is] = [before, after].map((settings) => deliveryLimitOf(settings, version));
  if (was === undefined || is === undefined || is >= was) return undefined;
  const exchange = exchangeOf(after);
  const fate = exchange === undefined ? 'dropped' : `dead-lettered to ${named(exchange)}`;
  return {
    what: `delivery-limit ${renderLimit(was)} → ${renderLimit(is)}`,
    then: `what was delivered more often is ${fate} when it is requeued next`,
  };
}

/**
 * How often a quorum queue takes a message back. Since 4.0 there is a limit unless it is negative;
 * before, that allows no requeue.
 */
export function deliveryLimitOf(settings: Table, version: string): number {
  const set = settings.get('delivery-limit');
  const isOld = isWithin(version, { until: '4.0' });
  if (set === undefined) return isOld ? Infinity : 20;
  if (Number(set) >= 0) return Number(set);
  return isOld ? 0 : Infinity;
}

const renderLimit = (limit: number): string => (limit === Infinity ? 'none' : String(limit));

/** A queue without a target drops its dead letters: a first target takes nothing away. */
function deadLettersElsewhere(before: Table, after: Table): QueueNote | undefined {
  const changed = ['dead-letter-exchange', 'dead-letter-routing-key'].filter(
    (key) => before.get(key) !== after.get(key),
  );
  if (exchangeOf(before) === undefined || changed.length === 0) return undefined;
  const what = changed.map((key) => `${key} ${shown(before.get(key))} → ${shown(after.get(key))}`);
  return { what: what.join(', '), then: `dead letters are ${fateOf(after)} from now on` };
}

function fateOf(settings: Table): string {
  const exchange = exchangeOf(settings);
  if (exchange === undefined) return 'dropped';
  const key = settings.get('dead-letter-routing-key');
  const how = key === undefined ? 'their own routing keys' : `routing key ${shown(key)}`;
  return `sent to ${named(exchange)} with ${how}`;
}

function exchangeOf(settings: Table): string | undefined {
  const exchange = settings.get('dead-letter-exchange');
  return typeof exchange === 'string' ? exchange : undefined;
}

const named = (exchange: string): string =>
  exchange === '' ? 'the default exchange' : `exchange ${quote(exchange)}`;
const shown = (value: Value | undefined): string =>
  value === undefined ? 'none' : renderJson(value);
