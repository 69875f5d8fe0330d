// The entries of the broker's lists in normal form.
import type { LiveBinding, LiveExchange, LiveQueue } from '../topology/live.ts';
import { normalizeBinding, normalizeExchange, normalizeQueue } from '../topology/normal-form.ts';
import { isSystemExchange, isSystemQueue } from '../topology/system.ts';
import type { Policy } from '../topology/policy.ts';
import { Float, toTable, type Table } from '../topology/value.ts';
import type { BindingRow, ConsumerRow, ExchangeRow, PolicyRow, QueueRow } from './lists.ts';

/** How many consumers a queue has, by vhost and name. */
type Consumers = ReadonlyMap<string, ReadonlyMap<string, number>>;

const none: Table = new Map();

/** Without the default exchange. */
export function normalizeExchanges(rows: readonly ExchangeRow[]): LiveExchange[] {
  return rows
    .filter(({ name }) => name !== '')
    .map((row) => {
      const exchange = normalizeExchange({ ...row, arguments: argumentsOf(row) }, row.vhost);
      return Object.assign(exchange, { system: isSystemExchange(row), ...policyOf(row) });
    });
}

/** `consumers` is undefined where they could not be listed. */
export function normalizeQueues([rows, consumers]: readonly [
  readonly QueueRow[],
  Consumers | undefined,
]): LiveQueue[] {
  return rows.map((row) => {
    const type = row.type ?? 'classic';
    const { vhost, name, durable, auto_delete } = row;
    const raw = { name, type, durable, auto_delete, arguments: argumentsOf(row) };
    return Object.assign(normalizeQueue(raw, vhost), {
      type,
      system: isSystemQueue(row),
      ready: row.messages_ready ?? undefined,
      unacked: row.messages_unacknowledged ?? undefined,
      consumers: consumers && (consumers.get(vhost)?.get(name) ?? 0),
      state: row.state ?? 'unknown',
      ...policyOf(row),
    });
  });
}

/** Without those of the default exchange. */
export function normalizeBindings(rows: readonly BindingRow[]): LiveBinding[] {
  return rows
    .filter(({ source }) => source !== '')
    .map((row) => {
      const binding = normalizeBinding({ ...row, arguments: argumentsOf(row) }, row.vhost);
      return Object.assign(binding, { properties_key: row.properties_key });
    });
}

export function normalizePolicies(rows: readonly PolicyRow[]): Policy[] {
  return rows.map(({ vhost, name, pattern, priority, definition, ...row }) => {
    const number = Number(priority instanceof Float ? priority.value : (priority ?? 0));
    return {
      ...{ vhost, name, pattern, definition: toTable(definition) },
      apply_to: row['apply-to'] ?? 'all',
      priority: Number.isNaN(number) ? 0 : number,
    };
  });
}

export function countConsumers(rows: readonly ConsumerRow[]): Consumers {
  const vhosts = new Map<string, Map<string, number>>();
  for (const { queue } of rows) {
    const counts = vhosts.get(queue.vhost) ?? new Map<string, number>();
    vhosts.set(queue.vhost, counts.set(queue.name, (counts.get(queue.name) ?? 0) + 1));
  }
  return vhosts;
}

/** 3.10 says '' where there is none. */
function policyOf({ policy }: { policy?: string | null }): { policy?: string } {
  return policy === undefined || policy === null || policy === '' ? {} : { policy };
}

/** Objects without arguments share one empty table, instead of having one each. */
function argumentsOf({ arguments: args }: { arguments: object }): object {
  return Object.keys(args).length === 0 ? none : args;
}
