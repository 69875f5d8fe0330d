// Finds the rights that a request to the management API needs, since a 401 doesn't name them.
import type { Rights } from '../topology/grant.ts';
import { parseJson } from '../topology/json.ts';
import { kinds } from '../topology/kinds/kinds.ts';
import { endKinds } from '../topology/object.ts';
import type { Request } from './transport.ts';

export interface Needed {
  readonly vhost: string;
  readonly rights: Rights;
}

/** Returns undefined unless the request changes an exchange, a queue or a binding of one vhost. */
export function neededFor({ method, path, body }: Request): Needed | undefined {
  const [list = '', vhost, ...rest] = partsOf(path);
  if (vhost === undefined || method === 'GET') return undefined;
  if (list === kinds.binding.section) {
    const [, source = '', , destination = ''] = rest;
    return { vhost, rights: { write: [destination], read: [source] } };
  }
  const [name] = rest;
  if (name === undefined || !endKinds.some((kind) => kinds[kind].section === list))
    return undefined;
  const onward = method === 'PUT' ? onwardOf(body) : undefined;
  if (onward === undefined) return { vhost, rights: { configure: [name] } };
  return { vhost, rights: { configure: [name], write: [onward], read: [name] } };
}

/** The vhost of a list, or of an object in it; undefined for all vhosts. */
export const vhostOf = ({ path }: Request): string | undefined => partsOf(path)[1];

const partsOf = (path: string): string[] =>
  path.replace(/\?.*$/s, '').split('/').map(decodeURIComponent);

/** The exchange that a declared object sends messages on to. */
function onwardOf(body: string | undefined): string | undefined {
  const { arguments: args } = parseJson(body ?? '{}') as { arguments?: Record<string, unknown> };
  const names = [args?.['alternate-exchange'], args?.['x-dead-letter-exchange']];
  return names.find((name) => typeof name === 'string');
}
