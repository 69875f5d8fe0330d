// Finds what makes RabbitMQ refuse a URI of a shovel or an upstream. Follows its parser, amqp_uri;
// tested on 3.10.8, 4.0.5 and 4.3.6.

/** Says what is wrong without repeating the URI, which may hold a password. */
export function uriFault(uri: string): string | undefined {
  const [, scheme, authority, path = '', query = ''] = parts.exec(uri) ?? [];
  if (scheme === undefined || authority === undefined)
    return 'it must begin with amqp:// or amqps://';
  const isTls = scheme.toLowerCase() === 'amqps';
  return placeFault(authority, isTls) ?? pathFault(path) ?? queryFault(query, authority, isTls);
}

/** The first /, ? or # ends the authority, even inside a password. */
const parts = /^(amqps?):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?/i;

function placeFault(authority: string, isTls: boolean): string | undefined {
  const [, login = '', place = authority] = /^([^@]*)@(.*)$/s.exec(authority) ?? [];
  const [, host = '', port = ''] = /^(\[[^\]]*\]?|[^:]*)(.*)$/s.exec(place) ?? [];
  if (!isEncoded(login)) return percentIn('the user or the password');
  if (!isEncoded(host)) return percentIn('the host');
  if (port !== '' && !isPort(port)) return 'the port is no number from 1 to 65535';
  if (host === '' && port !== '') return 'it has a port, but no host';
  return host === '' && isTls ? 'amqps needs a host' : undefined;
}

function isPort(text: string): boolean {
  const [, port] = /^:(\+?\d+)$/.exec(text) ?? [];
  return port !== undefined && Number(port) > 0 && Number(port) <= 65_535;
}

function pathFault(path: string): string | undefined {
  if (path.includes('/', 1)) return 'a / in the name of a vhost must be written as %2F';
  return isEncoded(path) ? undefined : percentIn('the vhost');
}

const integers = ['channel_max', 'frame_max', 'heartbeat', 'connection_timeout'];
/** RabbitMQ refuses these in a query. */
const elsewhere = ['username', 'host', 'port', 'virtual_host', 'client_properties'];
const ofNetwork = ['ssl_options', 'auth_mechanisms', 'socket_options'];
const ofDirect = ['username', 'virtual_host', 'node', 'adapter_info', 'client_properties'];
const ofTls = ['cacertfile', 'certfile', 'keyfile', 'password', 'server_name_indication'];

/** Without a host, the connection is a direct one within the broker. */
function queryFault(query: string, authority: string, isTls: boolean): string | undefined {
  const isDirect = authority.replace(/^[^@]*@/s, '') === '';
  const seen = new Set<string>();
  for (const option of query.split('&')) {
    const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(option) ?? [];
    if (seen.has(name)) continue;
    seen.add(name);
    const fault = isDirect ? directFault(name) : optionFault(name, value, isTls);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

const directFault = (name: string): string | undefined =>
  ofDirect.includes(name) ? `its query can't set ${name}` : undefined;

function optionFault(name: string, value: string, isTls: boolean): string | undefined {
  if (elsewhere.includes(name) || ofNetwork.includes(name)) return `its query can't set ${name}`;
  const isInteger = integers.includes(name) || (isTls && name === 'depth');
  if (isInteger && !/^[-+]?\d+$/.test(value)) return `its ${name} is no whole number`;
  if (!isTls) return undefined;
  if (name === 'fail_if_no_peer_cert' && !['true', 'false'].includes(value))
    return `its ${name} is neither true nor false`;
  return ofTls.includes(name) && !isEncoded(value) ? percentIn(`its ${name}`) : undefined;
}

const isEncoded = (text: string): boolean => !/%(?![0-9A-Fa-f]{2})/.test(text);
const percentIn = (where: string): string => `a % in ${where} must be written as %25`;
