// Publishes dead letters to where they came from, as first attempts, and only then removes them.
import type { MessageProperties } from 'amqplib';
import type { Roles } from '../../topology/roles.ts';
import { publisherOf } from './publisher-of.ts';
import { sendersOfTasks, strangerIn } from '../users.ts';
import { attemptHeader, parseTask, type Route } from '../message.ts';
import type { Message, Publisher } from '../publisher.ts';
import { carry, deathHeaders } from '../work/republish.ts';
import type { DeadMessage, Letter } from './letter.ts';
import type { HeldLetter } from './letters.ts';

export type Replayed =
  | { readonly kind: 'replayed'; readonly letter: Letter }
  /** It stays where it is. */
  | { readonly kind: 'kept'; readonly letter: Letter; readonly reason: string };

export async function replay(
  { letter, message, isOwn, remove }: HeldLetter,
  roles: Roles,
  publisher: Publisher,
): Promise<Replayed> {
  const stranger = strangerBehind(message.properties, isOwn, roles);
  if (stranger !== undefined) return { kind: 'kept', letter, reason: stranger };
  if (letter.from === null) {
    return { kind: 'kept', letter, reason: 'nothing says where it came from' };
  }
  const fate = await publisher.publish(firstAttempt(message, letter.from));
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

/** As it was published, without what became of it. */
function firstAttempt({ content, properties }: DeadMessage, from: Route): Message {
  const whole = properties as MessageProperties;
  const parsed = parseTask(content, whole);
  const id = parsed.kind === 'parsed' ? parsed.value.id : undefined;
  const own = new Set<string>([attemptHeader, ...Object.values(deathHeaders)]);
  const headers = Object.entries(whole.headers ?? {}).filter(([name]) => !own.has(name));
  const bare = { ...whole, headers: Object.fromEntries(headers) as MessageProperties['headers'] };
  return carry({ content, properties: bare }, from, { id, headers: { [attemptHeader]: 1 } });
}
