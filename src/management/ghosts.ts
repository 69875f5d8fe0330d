// Bindings without any key: an import that names none stores the atom undefined, which every list shows as the text "undefined". No
// request reaches such a binding; what deletes it by that name deletes the one with the empty key.
import type { Binding } from '../topology/object.ts';
import type { Client } from './client.ts';
import { pathOfBinding } from './path.ts';

/** In place of a key that is no text. */
const noKey = { atom: 'undefined' };

interface Row {
  readonly routing_key: unknown;
  readonly properties_key: string;
}

/** The same rows, but that the key of a ghost is no text. Of those that look the same at most one is a real one. */
export async function tellGhosts<T extends Row>(
  client: Client,
  rows: readonly T[],
): Promise<readonly T[]> {
  if (!rows.some(isDoubtful)) return rows;
  const seen = new Map<string, Promise<boolean>>();
  return Promise.all(
    rows.map(async (row) => {
      if (!isDoubtful(row)) return row;
      const path = pathOfBinding(row as Row as Binding & Row, row.properties_key);
      const isFirst = !seen.has(path);
      const isReal = seen.get(path) ?? isThere(client, path);
      seen.set(path, isReal);
      return isFirst && (await isReal) ? row : { ...row, routing_key: noKey };
    }),
  );
}

const isDoubtful = ({ routing_key }: Row): boolean => routing_key === 'undefined';

/** What can't be told is taken for real: it is what it looks like. */
const isThere = async (client: Client, path: string): Promise<boolean> =>
  (await client.look(path, (answer) => answer)).kind !== 'gone';
