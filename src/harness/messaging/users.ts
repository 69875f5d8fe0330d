// Checks who published a message, if the topology names users: the broker lets no one publish under
// another's user id.
import { InvalidInput } from '../../topology/problem.ts';
import { oneOf, quote } from '../../topology/quote.ts';
import type { Roles } from '../../topology/roles.ts';

/** Names of users; undefined means any. */
export type Senders = ReadonlySet<string> | undefined;

/** Of tasks: a worker sends a failed one again. */
export const sendersOfTasks = ({ users }: Roles): Senders =>
  users?.coordinator === undefined
    ? undefined
    : new Set([users.coordinator, ...(users.workers ?? [])]);

/** Of new tasks. */
export const coordinatorOf = ({ users }: Roles): Senders =>
  users?.coordinator === undefined ? undefined : new Set([users.coordinator]);

/** Of results and events. */
export const sendersOfResults = ({ users }: Roles): Senders =>
  users?.workers && new Set(users.workers);

/** What is wrong with the sender of a message, if anything is. */
export function strangerIn(properties: object, senders: Senders): string | undefined {
  if (senders === undefined) return undefined;
  const { userId } = properties as { userId?: unknown };
  const isNamed = typeof userId === 'string' && userId !== '';
  if (isNamed && senders.has(userId)) return undefined;
  const by = isNamed ? `by user ${quote(userId)}` : 'without a user id';
  return `it was published ${by}, and not by ${namesOf(senders)}`;
}

const namesOf = (senders: ReadonlySet<string>): string => oneOf([...senders].map(quote));

/** What is published bears this user's name; undefined if the topology names no users. */
export const signatureOf = ({ users }: Roles, username: string): string | undefined =>
  users && username;

/** Throws InvalidInput if what this user publishes would be refused. */
export function checkUser(username: string, senders: Senders, what: string): void {
  if (senders === undefined || senders.has(username)) return;
  const message = `user ${quote(username)} may not send ${what}: harness.users names ${namesOf(senders)}`;
  const hint =
    'connect as that user: RABBITMQ_USERNAME, or AMQP_URL; or name this one in the topology';
  throw new InvalidInput([{ code: 'wrong-user', message, hint }]);
}
