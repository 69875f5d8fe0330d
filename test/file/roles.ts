// Reads who is who for topo-harness out of texts.
import { InvalidInput } from '../../src/topology/problem.ts';
import { readRoles, type Roles } from '../../src/topology/roles.ts';
import { readText, type Given } from './read.ts';

export const rolesIn = async (text: string, more?: Partial<Given>): Promise<Roles> =>
  readRoles(await readText(text, more));

/** Each worker's queue with its key, the pool last. */
export function keysOf({ workers, pool }: Roles): (string | undefined)[][] {
  const all = [...workers.values(), ...(pool ? [pool] : [])];
  return all.map(({ queue, routing_key }) => [queue.name, routing_key]);
}

/** Messages and hints. */
export async function problemOf(roles: Promise<unknown>): Promise<string> {
  try {
    await roles;
  } catch (error) {
    if (error instanceof InvalidInput) {
      return error.problems.map(({ message, hint = '' }) => `${message}\n${hint}`).join('\n');
    }
    throw error;
  }
  return 'nothing';
}
