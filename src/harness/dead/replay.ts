// Publishes dead letters to where they came from, as first attempts, and only then removes them.
import { quote } from '../../topology/quote.ts';
import { workersFor, type Roles } from '../../topology/roles.ts';
import { publisherOf, type Letter } from './letter.ts';
import { sendersOfTasks, strangerIn } from '../messaging/users.ts';
import { attemptHeader, parseTask, type Route } from '../messaging/message.ts';
import type { Message, Publisher } from '../messaging/publisher.ts';
import { carry, type Carried } from '../messaging/carry.ts';
import type { HeldLetter } from './letters.ts';

export type Replayed =
  | { readonly kind: 'replayed'; readonly letter: Letter }
  /** It stays where it is. */
  | { readonly kind: 'kept'; readonly letter: Letter; readonly reason: string };

/** A letter says itself where it came from, so it goes to workers only, whatever it says. */
export async function replay(
  { letter, message, isOwn, remove }: HeldLetter,
  roles: Roles,
  publisher: Publisher,
): Promise<Replayed> {
  const stranger = strangerBehind(message.properties, isOwn, roles);
  if (stranger !== undefined) return { kind: 'kept', letter, reason: stranger };
  const { from } = letter;
  if (from === null) return { kind: 'kept', letter, reason: 'nothing says where it came from' };
  if (!leadsToWorkers(from, roles)) return { kind: 'kept', letter, reason: elsewhere(from, roles) };
  const fate = await publisher.publish(firstAttempt(message, from));
  if (fate.kind !== 'confirmed') return { kind: 'kept', letter, reason: fate.reason };
  await remove();
  return { kind: 'replayed', letter };
}

/** A task that we send again is believed, so its publisher must be, and the letter's too. */
function strangerBehind(properties: object, isOwn: boolean, roles: Roles): string | undefined {
  const senders = sendersOfTasks(roles);
  const ofLetter = isOwn ? undefined : strangerIn(properties, senders);
  return ofLetter ?? strangerIn({ userId: publisherOf(properties) }, senders);
}

/**
 * Over the tasks exchange by a key of theirs, or over the default exchange by the name of their
 * queue, or of the pool.
 */
function leadsToWorkers({ exchange, routing_key }: Route, roles: Roles): boolean {
  const { tasks, workers, pool } = roles;
  if (exchange === '') return workers.has(routing_key) || pool?.queue.name === routing_key;
  return exchange === tasks && workersFor(roles, routing_key).length > 0;
}

const elsewhere = ({ exchange, routing_key }: Route, { tasks }: Roles): string =>
  `it says that it came by ${nameOf(exchange)} with the key ${quote(routing_key)}, and only the tasks exchange ${quote(tasks)} with a ` +
  `worker's key is published to: publish the task again, or drop the letter`;

const nameOf = (exchange: string): string =>
  exchange === '' ? 'the default exchange' : `the exchange ${quote(exchange)}`;

/** As it was published, without what became of it. */
function firstAttempt({ content, properties }: Carried, from: Route): Message {
  const parsed = parseTask(content, properties);
  const id = parsed.kind === 'parsed' ? parsed.value.id : undefined;
  return carry({ content, properties }, from, { id, headers: { [attemptHeader]: 1 } });
}
