// Shovels and federation upstreams of the operator: which field is which key of the parameter.
import { Secret, type Field, type FieldMap } from '../entry.ts';
import { asGoTable, asParsedInt } from '../go-values.ts';
import { isRecord } from '../../topology/json.ts';
import { Misshapen, type Shape } from '../shape.ts';
import { nonZero } from '../provider/values.ts';

type Reader = (spec: Shape, field: string) => Field | undefined;
type Keys = Readonly<Record<string, readonly [field: string, reader: Reader]>>;

const text: Reader = (spec, name) => nonZero(spec.optionalPlainText(name));
const flag: Reader = (spec, name) => nonZero(spec.flag(name));
const number: Reader = (spec, name) => nonZero(spec.integer(name));
const alwaysFlag: Reader = (spec, name) => spec.flag(name) ?? false;
const alwaysNumber: Reader = (spec, name) => spec.integer(name) ?? 0;
const table: Reader = (spec, name) => {
  const found = tableOf(spec, name);
  return found === undefined || found.size === 0 ? undefined : found;
};
const deleteAfter: Reader = (spec, name) => {
  const value = spec.optionalPlainText(name) ?? '';
  return value === '' ? undefined : asParsedInt(value);
};

/** Any JSON, as the operator passes it on. */
export function tableOf(spec: Shape, name: string): FieldMap | undefined {
  const value = spec.raw(name);
  if (value === undefined) return undefined;
  if (!isRecord(value)) throw new Misshapen(`${spec.where(name)} must be a map`);
  return asGoTable(value);
}

const shovel: Keys = {
  'src-protocol': ['srcProtocol', text],
  'src-queue': ['srcQueue', text],
  'src-queue-args': ['srcQueueArgs', table],
  'src-consumer-args': ['srcConsumerArgs', table],
  'src-exchange': ['srcExchange', text],
  'src-exchange-key': ['srcExchangeKey', text],
  'src-address': ['srcAddress', text],
  'src-prefetch-count': ['srcPrefetchCount', number],
  'src-delete-after': ['srcDeleteAfter', deleteAfter],
  'dest-protocol': ['destProtocol', text],
  'dest-queue': ['destQueue', text],
  'dest-queue-args': ['destQueueArgs', table],
  'dest-exchange': ['destExchange', text],
  'dest-exchange-key': ['destExchangeKey', text],
  'dest-address': ['destAddress', text],
  'dest-properties': ['destProperties', table],
  'dest-application-properties': ['destApplicationProperties', table],
  'dest-message-annotations': ['destMessageAnnotations', table],
  'dest-publish-properties': ['destPublishProperties', table],
  'dest-add-forward-headers': ['destAddForwardHeaders', flag],
  'dest-add-timestamp-header': ['destAddTimestampHeader', flag],
  'add-forward-headers': ['addForwardHeaders', flag],
  'ack-mode': ['ackMode', text],
  'delete-after': ['deleteAfter', deleteAfter],
  'prefetch-count': ['prefetchCount', number],
  'reconnect-delay': ['reconnectDelay', number],
};

const upstream: Keys = {
  exchange: ['exchange', text],
  queue: ['queue', text],
  'queue-type': ['queueType', text],
  'resource-cleanup-mode': ['resourceCleanupMode', text],
  'ack-mode': ['ackMode', text],
  expires: ['expires', number],
  'max-hops': ['maxHops', number],
  'message-ttl': ['messageTTL', number],
  'prefetch-count': ['prefetch-count', number],
  'reconnect-delay': ['reconnectDelay', alwaysNumber],
  'trust-user-id': ['trustUserId', alwaysFlag],
};

/** The Secret of their URIs; undefined if it is not among the files. */
type Uris = ReadonlyMap<string, string> | undefined;

export function shovelOf(spec: Shape, name: string, uris: Uris): FieldMap {
  return new Map([
    ['src-uri', urisOf(uris, 'srcUri', `SHOVEL ${name} SRC URI`)],
    ['dest-uri', urisOf(uris, 'destUri', `SHOVEL ${name} DEST URI`)],
    ...read(spec, shovel),
  ]);
}

export function upstreamOf(spec: Shape, name: string, uris: Uris): FieldMap {
  return new Map([['uri', urisOf(uris, 'uri', `UPSTREAM ${name} URI`)], ...read(spec, upstream)]);
}

/** Commas separate them. */
function urisOf(uris: Uris, key: string, label: string): Field {
  const all = uris?.get(key)?.split(',') ?? [undefined];
  return all.map((uri) => new Secret(uri, label));
}

function read(spec: Shape, keys: Keys): [string, Field][] {
  const fields = Object.entries(keys).map(([key, [name, reader]]) => [key, reader(spec, name)]);
  return fields.filter((pair): pair is [string, Field] => pair[1] !== undefined);
}
