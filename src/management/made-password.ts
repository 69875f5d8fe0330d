// Makes the password of a user who has none, right before it is sent.
import type { TopologyObject, User } from '../topology/object.ts';
import type { Secret } from '../topology/secret.ts';
import type { Client } from './client.ts';
import { lookAtSetting } from './settings.ts';

/** Makes a password and keeps it where people find it; the one kept earlier, if there is one. */
export type MakePassword = (user: string) => Promise<Secret>;

/** The same object, unless it is a user whose password topo has to make. */
export async function withMadePassword<T extends TopologyObject>(
  client: Client,
  object: T,
  make: MakePassword,
): Promise<T | User> {
  if (object.kind !== 'user' || object.password?.kind !== 'generated') return object;
  const look = await lookAtSetting(client, object);
  // Someone else made the user meanwhile, with a password of theirs.
  if (look.kind === 'there' && hasPassword(look.object)) return object;
  const text = await make(object.name);
  return { ...object, password: { kind: 'text', text, from: { kind: 'entry' } } };
}

const hasPassword = (found: { readonly kind: string }): boolean =>
  (found as User).password?.kind !== 'none';
