// Checks topic permissions before an exchange becomes a topic exchange: RabbitMQ asks for them when
// bindings are put back. They go by the exchange's own name, so nothing can be tried in its place.
import { isExchange, type TopicPermission } from '../topology/object.ts';
import { matchPattern } from '../topology/pattern.ts';
import { quote, shellWord } from '../topology/quote.ts';
import type { Client } from './client.ts';
import type { DepthSources } from './depth.ts';
import { forgo } from './forgo.ts';
import type { Replacement } from './replacement.ts';
import { readSettings } from './settings.ts';
import { Stays } from './stays.ts';

/** Milliseconds of matching. */
const patience = 200;

/** Throws Stays if a binding would be refused. Only administrators may read topic permissions. */
export async function assertTopicRights(
  client: Client,
  { amqp }: DepthSources,
  replacement: Replacement,
): Promise<void> {
  const keys = keysNewToTopics(replacement);
  if (keys.length === 0) return;
  const { vhost, name } = replacement.after;
  const users: readonly unknown[] = [client.user, amqp.user];
  const all = (await readSettings(client, 'topic_permission').catch(forgo)) ?? [];
  for (const one of all) {
    if (one.vhost !== vhost || one.exchange !== name || !users.includes(one.user)) continue;
    const matches = matchPattern(expandedRead(one), keys, patience);
    const refused = keys.find((_, n) => matches[n] === 'no');
    if (refused !== undefined) throw toStays(replacement, one, refused);
  }
}

/** The routing keys of the bindings to put back, if only the new exchange is a topic exchange. */
function keysNewToTopics({ before, after, bindings }: Replacement): string[] {
  const isNew = isExchange(after) && after.type === 'topic';
  if (!isNew || !isExchange(before) || before.type === 'topic') return [];
  return bindings.flatMap(({ source, routing_key }) =>
    source === after.name ? [routing_key] : [],
  );
}

/** RabbitMQ reads an empty pattern as `^$`, and knows variables. */
function expandedRead({ read, user, vhost }: TopicPermission): string {
  if (read === '') return '^$';
  return read
    .replaceAll('{username}', () => literal(user))
    .replaceAll('{vhost}', () => literal(vhost));
}

const literal = (text: string): string => text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');

function toStays(
  { after: exchange }: Replacement,
  { vhost, user, write, read }: TopicPermission,
  key: string,
): Stays {
  const why = `the topic permission of user ${quote(user)} lets it read ${read === '' ? 'nothing' : read}, so the binding with routing key ${quote(key)} could not be put back`;
  const command = [vhost, user, exchange.name, write].map(shellWord).join(' ');
  const hint = `give it a read pattern that matches: rabbitmqctl set_topic_permissions -p ${command} READ`;
  return new Stays(exchange, why, hint);
}
