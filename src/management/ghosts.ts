// Finds bindings without any routing key. An import that names none stores the atom undefined,
// which every list shows as the text "undefined". No request reaches such a binding; deleting it by
// that name deletes the binding with the empty key.
import type { Binding } from '../topology/object.ts';
import type { Client } from './client.ts';
import { pathOfBinding } from './path.ts';

/** Stands for a key that is not text. */
const noKey = { atom: 'undefined' };

interface Row {
  readonly routing_key: unknown;
  readonly properties_key: string;
}

/**
 * Replaces the key of each ghost with one that is not text. Of bindings that look the same at most
 * one is real.
 */
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

/** If in doubt, take the binding for what it looks like. */
const isThere = async (client: Client, path: string): Promise<boolean> =>
  (await client.look(path, (answer) => answer)).kind !== 'gone';
