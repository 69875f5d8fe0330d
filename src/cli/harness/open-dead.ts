// The dead letters that a topology's workers leave: in its dead-letter queue, or in files where it has none.
import { openConnection } from '../../amqp/open-connection.ts';
import { openDeadFolder, openDeadQueue, type DeadLetters } from '../../harness/dead/letters.ts';
import type { LinkOptions } from '../../harness/link.ts';
import { Publisher } from '../../harness/publisher.ts';
import { checkUser, sendersOfTasks, signatureOf } from '../../harness/users.ts';
import { deadFolderOf } from '../../harness/work/state-folder.ts';
import { parseConnection, type ConnectionFlags } from '../../management/connection.ts';
import { escape } from '../../report/escape.ts';
import { plural } from '../../topology/count.ts';
import type { Desired } from '../../topology/desired.ts';
import { readRoles, type Roles } from '../../topology/roles.ts';
import type { FileFlags } from '../flags.ts';
import { readFiles } from '../read-files.ts';
import type { Terminal } from '../terminal.ts';
import { linkOptions } from './link-options.ts';

export interface DeadFlags extends ConnectionFlags, FileFlags {
  readonly topology: readonly string[];
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
  const connection = parseConnection(terminal.env, flags);
  const desired = await readFiles(flags.topology, flags, terminal);
  const roles = readRoles(desired);
  const { vhost, dead_letter } = roles;
  const { username } = connection.amqp;
  checkUser(username, sendersOfTasks(roles), 'tasks');
  const user = signatureOf(roles, username);
  const link = { ...linkOptions(connection, 'dead', terminal), vhost };
  const place = dead_letter ?? deadFolderOf(flags.state);
  const letters =
    dead_letter === undefined
      ? await openDeadFolder(place)
      : await openQueue({ ...link, user }, dead_letter, desired);
  warnOfOthers(letters, place, terminal);
  let publisher: Promise<Publisher> | undefined;
  try {
    return await use({
      ...{ letters, place, roles },
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
  const model = await openConnection(link.target, link);
  model.on('error', () => undefined);
  const declared = [...desired.objects.values()].map(({ object }) => object);
  const own = declared.find(
    (one) => one.kind === 'queue' && one.name === queue && one.vhost === link.vhost,
  );
  const limit = own?.arguments.get('x-delivery-limit');
  return openDeadQueue(model, queue, { user, ...(typeof limit === 'number' && { limit }) });
}

function warnOfOthers({ consumers }: DeadLetters, place: string, terminal: Terminal): void {
  if (consumers === 0) return;
  const others = plural(consumers, 'consumer');
  terminal.complain(`warning: ${others} of ${escape(place)} may take letters away meanwhile`);
}
