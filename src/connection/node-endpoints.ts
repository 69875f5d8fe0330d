// Where the other nodes of a cluster are. The password goes there: only to hosts that the operator
// names, or that the cluster lists over a connection that only it can answer.
import { InvalidInput } from '../topology/problem.ts';
import type { Connection } from './connection.ts';
import { invalid } from './settings.ts';
import { parseEndpoint } from './urls.ts';

const flag = '--node-endpoint';
const nameThem = `name the management API of each node with ${flag}`;

type Known = Pick<Connection, 'endpoint' | 'tls'>;

/** Throws InvalidInput. */
export function parseNodeEndpoint(text: string, { endpoint }: Known): string {
  const url = parseEndpoint(text, flag);
  if (url.username !== undefined || url.password !== undefined) {
    const hint = 'leave the user out: topo logs in to each node as to the endpoint';
    throw invalid('user-in-argv', `${flag} holds a user`, hint);
  }
  if (endpoint.startsWith('https:') && url.protocol !== 'https:') {
    const message = `${flag} ${text} would send the password in the clear, and the endpoint doesn't`;
    throw invalid('plain-node-endpoint', message, 'write it with https');
  }
  return `${url.protocol}//${url.host}${url.path}`;
}

/**
 * The same port and path as the endpoint's, on the host in each node's name. Only for an endpoint
 * whose certificate is checked: else anyone on the network could name a host. Throws InvalidInput.
 */
export function endpointsOfNodes(
  names: readonly string[],
  { endpoint, tls }: Known,
): ReadonlyMap<string, string> {
  if (!endpoint.startsWith('https:') || tls.insecure) {
    const message = `topo sends its password only over https, with certificates checked, to hosts that the broker names, and the endpoint is ${endpoint}`;
    throw invalid('nodes-unnamed', message, nameThem);
  }
  return new Map(names.map((name) => [name, endpointOfNode(name, endpoint)]));
}

export const unknownNodes = (): InvalidInput =>
  invalid('nodes-unnamed', 'this user may not list the nodes of the cluster', nameThem);

function endpointOfNode(name: string, endpoint: string): string {
  const host = name.slice(name.indexOf('@') + 1);
  const url = new URL(endpoint);
  url.hostname = host;
  if (/^[a-z0-9.-]+$/i.test(host) && url.hostname === host.toLowerCase()) {
    return url.href.replace(/\/$/, '');
  }
  throw invalid('nodes-unnamed', `the name of node ${name} holds no usable host`, nameThem);
}
