// Opens the dead letters of a topology's workers: in its dead-letter queue, or in files if it has
// none.
import { openConnection } from '../../amqp/open-connection.ts';
import {
  both,
  openDeadFolder,
  openDeadQueue,
  type DeadLetters,
} from '../../harness/dead/letters.ts';
import type { LinkOptions } from '../../harness/messaging/link.ts';
import { Publisher } from '../../harness/messaging/publisher.ts';
import { checkUser, sendersOfTasks, signatureOf } from '../../harness/messaging/users.ts';
import { checkBroker } from '../../harness/messaging/check-broker.ts';
import { deadFolderOf } from '../../harness/work/state-folder.ts';
import { escape } from '../../report/escape.ts';
import { plural } from '../../topology/count.ts';
import type { Desired } from '../../topology/desired.ts';
import type { Roles } from '../../topology/roles.ts';
import type { Terminal } from '../terminal.ts';
import { linkOptions } from './link-options.ts';
import { limitOf } from './delivery-limit.ts';
import { readHarness, type HarnessFlags } from './read-harness.ts';

export interface DeadFlags extends HarnessFlags {
  readonly state: string;
}

export interface DeadSession {
  readonly letters: DeadLetters;
  readonly roles: Roles;
  /** Where they are, for people. */
  readonly place: string;
  /** Opened when it is first asked for. */
  readonly publisher: () => Promise<Publisher>;
}

/** Runs `use`, and gives back what it has not removed. */
export async function withDead<T>(
  flags: DeadFlags,
  terminal: Terminal,
  use: (session: DeadSession) => Promise<T>,
): Promise<T> {
  const { connection, desired, roles } = await readHarness(flags, terminal);
  const { vhost, dead_letter } = roles;
  const { username } = connection.amqp;
  checkUser(username, sendersOfTasks(roles), 'tasks');
  const user = signatureOf(roles, username);
  const link = { ...linkOptions(connection, 'dead', terminal), vhost };
  const place = dead_letter ?? deadFolderOf(flags.state);
  // There are files beside a queue, too: of what can't be sent.
  const files = await openDeadFolder(deadFolderOf(flags.state));
  const letters =
    dead_letter === undefined
      ? files
      : both(await openQueue({ ...link, user }, dead_letter, desired), files);
  warnOfOthers(letters, place, terminal);
  let publisher: Promise<Publisher> | undefined;
  try {
    return await use({
      letters,
      place,
      roles,
      publisher: () => (publisher ??= Publisher.open({ ...link, window: 1, user })),
    });
  } finally {
    await letters.close();
    await (await publisher?.catch(() => undefined))?.close();
  }
}

async function openQueue(
  { user, ...link }: LinkOptions & { readonly user: string | undefined },
  queue: string,
  desired: Desired,
): Promise<DeadLetters> {
  await checkBroker(link.target, link, [{ kind: 'queue', name: queue }]);
  const model = await openConnection(link.target, link);
  model.on('error', () => undefined);
  return openDeadQueue(model, queue, { limit: limitOf(desired, link.vhost, queue), user });
}

function warnOfOthers({ consumers }: DeadLetters, place: string, terminal: Terminal): void {
  if (consumers === 0) return;
  const others = plural(consumers, 'consumer');
  terminal.complain(`warning: ${others} of ${escape(place)} may take letters away meanwhile`);
}
