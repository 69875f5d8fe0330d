// Reads who topo is to the broker.
import { tagsOf } from '../topology/kinds/kind.ts';
import type { Client } from './client.ts';
import { anything, parseRow } from './shape.ts';

const parse = parseRow<{ tags: unknown }>({ tags: anything });

export async function readTags(client: Client): Promise<ReadonlySet<string>> {
  return new Set(tagsOf((await client.read('whoami', parse)).tags));
}
