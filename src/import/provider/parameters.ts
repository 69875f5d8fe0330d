// Shovels and federation upstreams: which attribute of the provider is which key of the parameter.
import { Secret, type Field, type FieldMap } from '../entry.ts';
import { asParsedInt } from '../go-values.ts';
import type { Shape } from '../shape.ts';
import { nonZero, textsOf } from './values.ts';

/** Undefined for what the provider leaves out: it sends no empty text, 0, false or empty map. */
type Reader = (block: Shape, attribute: string, label: string) => Field | undefined;
type Keys = Readonly<Record<string, readonly [attribute: string, reader: Reader]>>;

const text: Reader = (block, name) => nonZero(block.optionalText(name));
const flag: Reader = (block, name) => nonZero(block.flag(name));
const number: Reader = (block, name) => nonZero(block.integer(name));
const alwaysFlag: Reader = (block, name) => block.flag(name) ?? false;
const alwaysNumber: Reader = (block, name) => block.integer(name) ?? 0;
const texts: Reader = (block, name) => {
  const map = textsOf(block, name);
  return map === undefined || map.size === 0 ? undefined : map;
};
/** `never`, `queue-length`, or a number of messages. */
const deleteAfter: Reader = (block, name) => {
  const value = block.optionalPlainText(name) ?? '';
  return value === '' ? undefined : asParsedInt(value);
};
/** RabbitMQ takes a list of URIs; the provider sends one. */
const uri: Reader = (block, name, label) => {
  const value = block.text(name);
  return [new Secret(value instanceof Secret ? value.text : value, label)];
};

const shovel: Keys = {
  'src-uri': ['source_uri', uri],
  'src-protocol': ['source_protocol', text],
  'src-queue': ['source_queue', text],
  'src-exchange': ['source_exchange', text],
  'src-exchange-key': ['source_exchange_key', text],
  'src-address': ['source_address', text],
  'src-prefetch-count': ['source_prefetch_count', number],
  'src-delete-after': ['source_delete_after', deleteAfter],
  'dest-uri': ['destination_uri', uri],
  'dest-protocol': ['destination_protocol', text],
  'dest-queue': ['destination_queue', text],
  'dest-queue-args': ['destination_queue_arguments', texts],
  'dest-exchange': ['destination_exchange', text],
  'dest-exchange-key': ['destination_exchange_key', text],
  'dest-address': ['destination_address', text],
  'dest-properties': ['destination_properties', texts],
  'dest-application-properties': ['destination_application_properties', texts],
  'dest-publish-properties': ['destination_publish_properties', texts],
  'dest-add-forward-headers': ['destination_add_forward_headers', flag],
  'dest-add-timestamp-header': ['destination_add_timestamp_header', flag],
  'add-forward-headers': ['add_forward_headers', flag],
  'ack-mode': ['ack_mode', text],
  'delete-after': ['delete_after', deleteAfter],
  'prefetch-count': ['prefetch_count', number],
  'reconnect-delay': ['reconnect_delay', number],
};

const upstream: Keys = {
  uri: ['uri', uri],
  exchange: ['exchange', text],
  queue: ['queue', text],
  'ack-mode': ['ack_mode', text],
  expires: ['expires', number],
  'max-hops': ['max_hops', number],
  'message-ttl': ['message_ttl', number],
  'prefetch-count': ['prefetch_count', number],
  'reconnect-delay': ['reconnect_delay', alwaysNumber],
  'trust-user-id': ['trust_user_id', alwaysFlag],
};

export const shovelOf = (given: Shape, name: string): FieldMap =>
  read(given.block('info'), shovel, `SHOVEL ${name}`);

export const upstreamOf = (given: Shape, name: string): FieldMap =>
  read(given.block('definition'), upstream, `UPSTREAM ${name}`);

function read(block: Shape, keys: Keys, label: string): FieldMap {
  const fields = Object.entries(keys).map(
    ([key, [attribute, reader]]) => [key, reader(block, attribute, `${label} ${key}`)] as const,
  );
  return new Map(fields.filter((pair): pair is [string, Field] => pair[1] !== undefined));
}
