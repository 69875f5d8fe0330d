// Says in words what reports need about each kind of object.
import { renderArrow } from '../topology/identity.ts';
import type { Kind, TopologyObject } from '../topology/object.ts';

interface KindWords<T extends TopologyObject> {
  /** The usual name: `orders`, or `ml_tasks → orders` for a binding. */
  nameOf(object: T): string;
  /** Properties besides name and arguments. */
  factsOf(object: T): readonly string[];
  /** What users notice during a replacement. */
  readonly gap: string;
}

const durability = ({ durable }: { durable: boolean }): string =>
  durable ? 'durable' : 'transient';
const autoDelete = ({ auto_delete }: { auto_delete: boolean }): string =>
  auto_delete ? 'auto_delete' : '';

const words: { readonly [K in Kind]: KindWords<Extract<TopologyObject, { kind: K }>> } = {
  exchange: {
    nameOf: ({ name }) => name,
    factsOf: (exchange) => [
      exchange.type,
      durability(exchange),
      autoDelete(exchange),
      exchange.internal ? 'internal' : '',
    ],
    gap: 'publishers get 404 NOT_FOUND on their channel',
  },
  queue: {
    nameOf: ({ name }) => name,
    factsOf: (queue) => [durability(queue), autoDelete(queue)],
    gap: 'messages published to it meanwhile are not routed here, consumers are cancelled',
  },
  binding: {
    nameOf: renderArrow,
    factsOf: ({ routing_key: key }) => [key === '' ? 'no routing_key' : `routing_key ${key}`],
    gap: 'its exchange sends nothing here',
  },
};

export const wordsOf = <T extends TopologyObject>({ kind }: T): KindWords<T> =>
  words[kind] as unknown as KindWords<T>;
