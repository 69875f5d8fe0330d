// Reads what an export needs.
import { findUnfinished, warnOfUnfinished } from '../reconcile/unfinished.ts';
import { renderWarnings } from '../report/problems.ts';
import type { Also } from '../reconcile/broker.ts';
import { plural } from '../topology/count.ts';
import { letIn } from '../topology/grant.ts';
import { allKinds } from '../topology/kinds/kinds.ts';
import type { Live, LiveObject } from '../topology/live.ts';
import type { Kind } from '../topology/object.ts';
import type { Problem } from '../topology/problem.ts';
import { withBroker, type Session } from './connect.ts';
import type { ConnectionFlags } from '../connection/connection.ts';
import { userOf } from '../connection/credentials.ts';
import { hashesOf, wrongFlag, type ExportFlags } from './flags.ts';
import { aboutReading, withNotice } from './notice.ts';
import type { Terminal } from './terminal.ts';
import { readEarlier } from './unfinished.ts';

/** Reads these vhosts. `check`: looks at the result before missing vhosts are reported. */
export async function readLive(
  flags: ConnectionFlags,
  vhosts: ReadonlySet<string>,
  terminal: Terminal,
  { also, check }: { also: Also; check: (live: Live) => void },
): Promise<{ live: Live }> {
  const earlier = await readEarlier();
  const read = async (session: Session) => {
    const live = await readVhosts(session, vhosts, terminal, also);
    check(live);
    assertVhosts(vhosts, live, session);
    const unfinished = findUnfinished(session.broker, live, earlier);
    tellWarnings(warnOfUnfinished(unfinished, live), terminal);
    return { live };
  };
  return withBroker(flags, terminal, read, { usesAmqp: false });
}

export interface Exported {
  readonly live: Live;
  readonly endpoint: string;
}

/**
 * Reads the vhosts that the flags name, or all that the user may read. `kinds`: by default, all of
 * a whole broker.
 */
export async function readExported(
  flags: ConnectionFlags & Pick<ExportFlags, 'vhost'>,
  terminal: Terminal,
  kinds: readonly Kind[] = flags.vhost.length === 0 ? allKinds : [],
): Promise<Exported> {
  const vhosts = new Set(flags.vhost);
  const earlier = await readEarlier();
  const read = async (session: Session) => {
    const also = { kinds: new Set(kinds), vhosts: [] };
    const live = await readVhosts(session, vhosts, terminal, also);
    assertVhosts(vhosts, live, session);
    const unfinished = findUnfinished(session.broker, live, earlier);
    tellWarnings(warnOfUnfinished(unfinished, live), terminal);
    return { live, endpoint: session.connection.endpoint };
  };
  return withBroker(flags, terminal, read, { usesAmqp: false });
}

function readVhosts(
  { broker, connection }: Session,
  vhosts: ReadonlySet<string>,
  terminal: Terminal,
  also?: Also,
): Promise<Live> {
  return withNotice(terminal, aboutReading(connection), () =>
    broker.readLive(vhosts.size === 0 ? undefined : vhosts, also),
  );
}

export function assertVhosts(
  vhosts: ReadonlySet<string>,
  live: Live,
  { connection }: Session,
): void {
  const { place } = connection;
  const user = userOf(connection);
  const missing = [...vhosts].filter((vhost) => !live.vhosts.has(vhost));
  if (missing.length > 0) {
    const message = `vhost ${missing.join(', ')} does not exist on ${place}, or this user may not see it`;
    const commands = missing.map((vhost) => letIn(user, vhost)).join('; ');
    throw wrongFlag(message, `create it, let the user in (${commands}), or correct the name`);
  }
  if (live.vhosts.size === 0) {
    throw wrongFlag(
      `this user may see no vhost of ${place}`,
      `let it into one, such as /: ${letIn(user, '/')}`,
    );
  }
}

/** An export looks like a backup, but isn't one. */
export function tellLeftOut({ live }: Exported, flags: ExportFlags, terminal: Terminal): void {
  const { vhost, format } = flags;
  terminal.tell('note: this is not a backup: messages are not in it');
  if (vhost.length > 0)
    terminal.tell('      nor are vhosts, users and permissions: leave out --vhost to export those');
  else if (!hashesOf(flags).withHashes && [...live.objects.values()].some(hasHash))
    terminal.tell(
      `      nor are ${format === 'yaml' ? '' : 'users, permissions and '}passwords: --with-password-hashes writes hashes`,
    );
  const unread = [...live.unread].map((kind) => plural(2, kind.replace('_', ' ')).slice(2));
  if (unread.length > 0)
    terminal.tell(`      nor are ${unread.join(', ')}, which this user may not read`);
}

const hasHash = (object: LiveObject): boolean =>
  object.kind === 'user' && object.password?.kind === 'hash';

export function queueTypesOf({ vhosts }: Live): Map<string, string> {
  return new Map([...vhosts.values()].map((vhost) => [vhost.name, vhost.default_queue_type]));
}

/** With their queue types; for a part of the broker, only the vhosts of that part. */
export function vhostsOf(
  objects: readonly LiveObject[],
  live: Live,
  { match }: ExportFlags,
): Map<string, string> {
  const held = new Set(objects.flatMap(({ vhost }) => vhost ?? []));
  const isExported = ([name]: [string, string]) => match === undefined || held.has(name);
  return new Map([...queueTypesOf(live)].filter(isExported));
}

export function tellWarnings(warnings: readonly Problem[], terminal: Terminal): void {
  if (warnings.length > 0) terminal.complain(renderWarnings({ warnings }, terminal.errorPaint));
}
