// A binding that somebody made after the plan was made would go with a replacement, and nobody would put it back.
import { plural } from '../topology/count.ts';
import type { Exchange, Queue } from '../topology/object.ts';
import type { PlannedBindings } from '../reconcile/planned-bindings.ts';
import { looksOf, readAttached, type Attached } from './attached.ts';
import type { Client } from './client.ts';
import { Stays } from './stays.ts';

interface Planned {
  readonly before: Exchange | Queue;
  readonly planned: PlannedBindings;
}

/** Gives the bindings that there are. Throws Stays where the plan does not know one. */
export async function assertAllPlanned(
  client: Client,
  { before, planned }: Planned,
): Promise<Attached> {
  const attached = await readAttached(client, before);
  const known = new Set([...planned.staying, ...planned.deleted].map(looksOf));
  const strangers = [...attached.keys()].filter((looks) => !known.has(looks)).length;
  if (strangers > 0) {
    const made = `${plural(strangers, 'binding')} ${strangers === 1 ? 'was' : 'were'} made`;
    const hint = 'the same command again takes them into the plan';
    throw new Stays(before, `${made} since it was planned`, hint);
  }
  return attached;
}
