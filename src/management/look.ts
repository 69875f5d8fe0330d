// What stands on the broker under the name of an object, right now.
import { isEqual } from '../topology/normal-form.ts';
import type { Binding, Exchange, Queue } from '../topology/object.ts';
import { looksOf } from './attached.ts';
import type { Client } from './client.ts';
import { parseBindings, parseExchanges, parseQueues } from './lists.ts';
import { normalizeBindings, normalizeExchanges, normalizeQueues } from './live.ts';
import { pathOfEnds, pathOfNamed } from './path.ts';

/** `unknown`: nobody can tell. */
export type Standing = 'as declared' | 'otherwise' | 'gone' | 'unknown';

export async function lookAt(client: Client, object: Exchange | Queue): Promise<Standing> {
  // With its statistics, a queue is there seconds later only.
  const path = `${pathOfNamed(object)}?disable_stats=true`;
  const look = await client.look(path, (answer) => parseNamed(object, [answer]));
  if (look.kind !== 'there') return look.kind;
  return look.object !== undefined && isEqual(look.object, object) ? 'as declared' : 'otherwise';
}

export async function isBound(client: Client, binding: Binding): Promise<boolean> {
  const look = await client.look(pathOfEnds(binding), (answer) =>
    normalizeBindings(parseBindings(answer)),
  );
  if (look.kind !== 'there') return false;
  return look.object.some((one) => looksOf(one) === looksOf(binding));
}

function parseNamed({ kind }: Exchange | Queue, rows: readonly unknown[]) {
  const [named] =
    kind === 'exchange'
      ? normalizeExchanges(parseExchanges(rows))
      : normalizeQueues([parseQueues(rows), undefined]);
  return named;
}
