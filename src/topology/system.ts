// Recognizes objects that are exclusive, or belong to RabbitMQ, a plugin or topo: diffs and exports
// leave them out.
import { isOwnName } from './own.ts';

const queuePrefixes = ['amq.', 'mqtt-subscription-', 'stomp-subscription-', 'federation: '];
const exchangeTypes: readonly string[] = ['x-federation-upstream', 'x-jms-topic'];

/** The federation plugin and JMS clients make such exchanges, and delete them again. */
export const isSystemExchangeType = (type: string): boolean => exchangeTypes.includes(type);

export function isSystemQueue(queue: {
  name: string;
  exclusive?: unknown;
  internal?: unknown;
  arguments?: object;
}): boolean {
  return (
    queue.exclusive === true ||
    queue.internal === true ||
    isOwnName(queue.name) ||
    hasInternalPurpose(queue.arguments) ||
    queuePrefixes.some((prefix) => queue.name.startsWith(prefix))
  );
}

export function isSystemExchange(exchange: {
  name: string;
  type: string;
  arguments?: object;
}): boolean {
  return (
    isPredefinedExchange(exchange.name) ||
    isOwnName(exchange.name) ||
    hasInternalPurpose(exchange.arguments) ||
    isSystemExchangeType(exchange.type)
  );
}

/** The types of those that every vhost has, by their names. */
export const predefinedExchanges: ReadonlyMap<string, string> = new Map([
  ['amq.direct', 'direct'],
  ['amq.fanout', 'fanout'],
  ['amq.headers', 'headers'],
  ['amq.match', 'headers'],
  ['amq.rabbitmq.trace', 'topic'],
  ['amq.topic', 'topic'],
]);

/**
 * The default exchange, amq.direct and so on exist in every vhost; nothing may declare or delete
 * them.
 */
export function isPredefinedExchange(name: string): boolean {
  return name === '' || name.startsWith('amq.');
}

/** Federation, shovel and others mark their objects this way. */
function hasInternalPurpose(args: object = {}): boolean {
  const name = 'x-internal-purpose';
  return args instanceof Map ? args.has(name) : Object.hasOwn(args, name);
}
