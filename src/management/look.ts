// Looks at the object that has this name on the broker right now.
import { ChangedSince } from '../reconcile/broker.ts';
import { canonicalObject, isEqual } from '../topology/normal-form.ts';
import type { Binding, BindingEnd } from '../topology/object.ts';
import { looksOf } from './attached.ts';
import type { Client } from './client.ts';
import { parseBindings, parseExchanges, parseQueues } from './lists.ts';
import { normalizeBindings, normalizeExchanges, normalizeQueues } from './live.ts';
import { pathOfEnds, pathOfNamed } from './path.ts';
import { Unseen } from './stays.ts';

/** `unknown`: no answer proves any of the others. */
export type Standing = 'as declared' | 'otherwise' | 'gone' | 'unknown';

export async function lookAt(client: Client, object: BindingEnd): Promise<Standing> {
  const look = await readNamed(client, object);
  if (look.kind !== 'there') return look.kind;
  return look.object !== undefined && isEqual(look.object, object) ? 'as declared' : 'otherwise';
}

export function readNamed(client: Client, object: BindingEnd) {
  // With statistics, a new queue shows up only seconds later.
  const path = `${pathOfNamed(object)}?disable_stats=true`;
  return client.look(path, (answer) => parseNamed(object, [answer]));
}

/**
 * Returns whether the object exists. Throws ChangedSince if it differs by now, Unseen if no
 * answer tells.
 */
export async function assertAsPlanned(client: Client, object: BindingEnd): Promise<boolean> {
  const look = await readNamed(client, object);
  if (look.kind === 'unknown') throw new Unseen(object, look.why);
  if (look.kind === 'gone') return false;
  const isSame =
    look.object !== undefined && canonicalObject(look.object) === canonicalObject(object);
  if (!isSame) throw new ChangedSince(object);
  return true;
}

export async function isBound(client: Client, binding: Binding): Promise<boolean> {
  const look = await client.look(pathOfEnds(binding), (answer) =>
    normalizeBindings(parseBindings(answer)),
  );
  if (look.kind !== 'there') return false;
  return look.object.some((one) => looksOf(one) === looksOf(binding));
}

const parsers: Readonly<Record<BindingEnd['kind'], (rows: readonly unknown[]) => BindingEnd[]>> = {
  exchange: (rows) => normalizeExchanges(parseExchanges(rows)),
  queue: (rows) => normalizeQueues([parseQueues(rows), undefined]),
};

const parseNamed = ({ kind }: BindingEnd, rows: readonly unknown[]): BindingEnd | undefined =>
  parsers[kind](rows)[0];
