// Which rights a request to the management API takes, as a 401 does not say it.
import type { Rights } from '../topology/grant.ts';
import { parseJson } from '../topology/json.ts';
import { kinds } from '../topology/kinds/kinds.ts';
import { endKinds } from '../topology/object.ts';
import type { Request } from './transport.ts';

export interface Needed {
  readonly vhost: string;
  readonly rights: Rights;
}

/** Undefined for what is not about an exchange, a queue or a binding of one vhost. */
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

/** Of a list, or of something in it; undefined for all vhosts. */
export const vhostOf = ({ path }: Request): string | undefined => partsOf(path)[1];

const partsOf = (path: string): string[] =>
  path.replace(/\?.*$/s, '').split('/').map(decodeURIComponent);

/** Where what is declared sends messages on to. */
function onwardOf(body: string | undefined): string | undefined {
  const { arguments: args } = parseJson(body ?? '{}') as { arguments?: Record<string, unknown> };
  const names = [args?.['alternate-exchange'], args?.['x-dead-letter-exchange']];
  return names.find((name) => typeof name === 'string');
}
