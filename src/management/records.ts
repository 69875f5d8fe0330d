// Keeps records of unfinished applies in the arguments of topo's own durable queues: every user who
// may configure such a queue may write one, and each run reads them with the queues. Messages won't
// do: a policy may expire them, and any user may forge them over the default exchange.
import type { Kept, Record, Unreadable } from '../reconcile/record.ts';
import { isConsistent } from '../reconcile/record.ts';
import { escapeChar, parseJson, renderJson } from '../topology/json.ts';
import { normalizeBinding } from '../topology/kinds/binding.ts';
import { kinds } from '../topology/kinds/kinds.ts';
import { toFields } from '../topology/normal-form.ts';
import { isQueue, type BindingEnd, type Queue, type TopologyObject } from '../topology/object.ts';
import { hasRecordMark, markedAs, recordName } from '../topology/own.ts';
import { ExpectedError } from '../topology/problem.ts';
import type { Value } from '../topology/value.ts';
import type { Client } from './client.ts';
import { assertLasting } from './lasting.ts';
import { readQueue } from './lists.ts';
import { normalizeQueues } from './live.ts';
import { pathOfNamed } from './path.ts';
import { putObject } from './put.ts';
import type { Named } from './record.generated.ts';
import * as validators from './validators.js';

const version = 1n;
/** UTF-16 units of a record in one queue. */
const partLength = 30_000;
const name = /^topo\.record\.([0-9a-f]{7}-[0-9a-f]{8})\.([1-9]\d{0,3})$/;

export interface Found {
  readonly kept: readonly Kept[];
  readonly unreadable: readonly Unreadable[];
}

/**
 * Finds the records among queues of one or more vhosts. Without its first part a record has not
 * begun, or is done.
 */
export function findRecords(queues: readonly Queue[]): Found {
  const groups = new Map<string, Queue[]>();
  for (const queue of queues) {
    const [, id] = name.exec(queue.name) ?? [];
    if (id === undefined || !hasRecordMark(queue)) continue;
    const key = `${queue.vhost} ${id}`;
    groups.set(key, [...(groups.get(key) ?? []), queue]);
  }
  const kept: Kept[] = [];
  const unreadable: Unreadable[] = [];
  for (const parts of groups.values()) {
    const [first] = parts.sort((a, b) => partOf(a) - partOf(b));
    if (first === undefined || partOf(first) !== 1) continue;
    const where = `queue ${first.name}`;
    try {
      kept.push({ record: join(parts, first), where: 'broker' });
    } catch (error) {
      if (!(error instanceof NoRecord)) throw error;
      unreadable.push({ where, why: error.message, vhost: first.vhost });
    }
  }
  return { kept, unreadable };
}

const partOf = (queue: Queue): number => Number(name.exec(queue.name)?.[2]);

/** Says why a text is not a record that this topo reads. */
export class NoRecord extends Error {}

function join(parts: readonly Queue[], first: Queue): Record {
  const found = first.arguments.get('x-topo-version');
  if (found !== version && found !== Number(version)) {
    throw new NoRecord(
      `it is of format ${renderJson(found)}, and this topo reads format ${version}`,
    );
  }
  const count = Number(first.arguments.get('x-topo-parts'));
  const isWhole = parts.length === count && parts.every((part, nth) => partOf(part) === nth + 1);
  if (!isWhole) throw new NoRecord('parts of it are missing');
  const text = parts.map((part) => part.arguments.get('x-topo-record') as string).join('');
  const record = parseRecord(text);
  const [, id] = name.exec(first.name) ?? [];
  if (record.vhost !== first.vhost || record.id !== id)
    throw new NoRecord('it describes another apply');
  return record;
}

/** Throws NoRecord for anything that an apply did not write. */
export function parseRecord(text: string): Record {
  let document: unknown;
  try {
    document = parseJson(text);
  } catch {
    throw new NoRecord('it is not complete JSON');
  }
  const { topo_record: found } = (document ?? {}) as { topo_record?: unknown };
  if (found !== undefined && found !== Number(version)) {
    throw new NoRecord(
      `it is of format ${renderJson(found)}, and this topo reads format ${version}`,
    );
  }
  if (!validators.record(document)) throw new NoRecord(whyNot());
  const {
    id,
    cluster_name,
    vhost,
    started,
    user,
    host,
    files,
    replaced,
    rings,
    unbound,
    bindings,
  } = document;
  const record = {
    id,
    cluster_name,
    vhost,
    started,
    ...(user !== undefined && { user }),
    ...(host !== undefined && { host }),
    ...(files && { files }),
    rings,
    ...(unbound && { unbound }),
    replaced: replaced.map(({ before, after, parking }) => ({
      before: toNamed(before, vhost),
      after: toNamed(after, vhost),
      ...(parking && { parking: toQueue(parking, vhost) }),
    })),
    bindings: bindings.map((one) => normalizeBinding({ ...one, vhost }, vhost)),
  };
  if (!isConsistent(record))
    throw new NoRecord('it names bindings of objects that it did not delete');
  return record;
}

function whyNot(): string {
  const [error] = validators.record.errors ?? [];
  const { instancePath: at = '', message = '', params = {} } = error ?? {};
  const { additionalProperty: field } = params as { additionalProperty?: string };
  return field === undefined
    ? `it is not a record: ${`${at} ${message}`.trim()}`
    : `it has the field ${JSON.stringify(field)}, which this topo does not know: a newer one wrote it`;
}

const toNamed = ({ object, ...fields }: Named, vhost: string): BindingEnd =>
  kinds[object].normalize({ ...fields, vhost }, vhost);

const fromNamed = (end: BindingEnd): object => ({ object: end.kind, ...fieldsOf(end) });

/** Throws NoRecord for an exchange. */
function toQueue(named: Named, vhost: string): Queue {
  const queue = toNamed(named, vhost);
  if (isQueue(queue)) return queue;
  throw new NoRecord('it parks messages in an exchange');
}

export function renderRecord({ replaced, bindings, ...rest }: Record): string {
  const document = {
    topo_record: Number(version),
    ...rest,
    replaced: replaced.map(({ before, after, parking }) => ({
      before: fromNamed(before),
      after: fromNamed(after),
      ...(parking && { parking: fromNamed(parking) }),
    })),
    bindings: bindings.map(fieldsOf),
  };
  // In ASCII, so that it can be cut anywhere.
  return renderJson(document).replace(/[^\x20-\x7e]/g, escapeChar);
}

/** All are in the record's vhost. */
function fieldsOf(object: TopologyObject): object {
  return Object.fromEntries(
    Object.entries(toFields(object)).filter(([field]) => field !== 'vhost'),
  );
}

function queuesOf(record: Record): Queue[] {
  const text = renderRecord(record);
  const count = Math.ceil(text.length / partLength);
  return Array.from({ length: count }, (_, nth) => ({
    kind: 'queue',
    vhost: record.vhost,
    name: recordName(`${record.id}.${nth + 1}`),
    type: 'classic',
    durable: true,
    auto_delete: false,
    arguments: new Map<string, Value>([
      ...markedAs('record', new Date(record.started)),
      ['x-topo-version', version],
      ['x-topo-parts', BigInt(count)],
      ['x-topo-record', text.slice(nth * partLength, (nth + 1) * partLength)],
    ]),
  }));
}

/**
 * Writes the first part last, since it makes the record count. If the broker refuses, leaves
 * nothing behind and throws a BrokerError.
 */
export async function keepRecord(client: Client, record: Record): Promise<void> {
  const queues = queuesOf(record);
  await assertLasting(client, queues);
  const written: Queue[] = [];
  try {
    for (const queue of queues.toReversed()) {
      written.unshift(queue);
      await putObject(client, queue);
    }
    await assertKept(client, record);
  } catch (error) {
    await deleteAll(client, written).catch(() => undefined);
    throw error;
  }
}

/** Reads the record back instead of trusting a 2xx. */
async function assertKept(client: Client, record: Record): Promise<void> {
  const rows = await Promise.all(queuesOf(record).map((queue) => readQueue(client, queue)));
  const queues = normalizeQueues([rows, undefined]);
  const [found] = findRecords(queues).kept;
  if (found === undefined || renderRecord(found.record) !== renderRecord(record)) {
    throw new ExpectedError(`record ${record.id} differs when read back`, {
      hint: 'check for a proxy between topo and the broker',
    });
  }
}

/** Looks at the first part, which is always deleted first. */
export function isRecordGone(client: Client, record: Record): Promise<boolean> {
  const { id, vhost } = record;
  return client.isGone(pathOfNamed({ kind: 'queue', vhost, name: recordName(`${id}.1`) }));
}

/** Deletes the first part first: without it, the record is done. */
export async function deleteRecord(client: Client, record: Record): Promise<void> {
  await deleteAll(client, queuesOf(record));
}

/** The conditions spare a queue that somebody else has put to use. */
async function deleteAll(client: Client, queues: readonly Queue[]): Promise<void> {
  for (const queue of queues) {
    await client.delete(`${pathOfNamed(queue)}?if-empty=true&if-unused=true`);
  }
}
