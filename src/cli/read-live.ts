// What an export reads. Applies that have not ended are named.
import { renderWarnings } from '../report/problems.ts';
import { findUnfinished, warnOfUnfinished } from '../reconcile/unfinished.ts';
import type { Live, LiveObject } from '../topology/live.ts';
import type { Problem } from '../topology/problem.ts';
import { withBroker, type Session } from './connect.ts';
import type { ConnectionFlags } from '../management/connection.ts';
import { wrongFlag, type ExportFlags } from './flags.ts';
import { withNotice } from './notice.ts';
import type { Terminal } from './terminal.ts';
import { readEarlier } from './unfinished.ts';

/** Of these vhosts; of all that the user may read, if none is named. */
export async function readLive(
  flags: ConnectionFlags,
  vhosts: ReadonlySet<string>,
  terminal: Terminal,
): Promise<{ live: Live; endpoint: string }> {
  const earlier = await readEarlier();
  const read = async ({ broker, connection: { endpoint } }: Session) => {
    const live = await withNotice(terminal, `reading ${endpoint}`, () =>
      broker.readLive(vhosts.size === 0 ? undefined : vhosts),
    );
    const missing = [...vhosts].filter((vhost) => !live.vhosts.has(vhost));
    if (missing.length > 0) {
      const message = `vhost ${missing.join(', ')} does not exist on the broker, or this user may not see it`;
      throw wrongFlag(message, 'create it, grant the user a permission in it, or correct the name');
    }
    if (live.vhosts.size === 0) {
      throw wrongFlag(
        'this user may see no vhost',
        'grant it a permission: rabbitmqctl set_permissions',
      );
    }
    tellWarnings(warnOfUnfinished(findUnfinished(broker, live, earlier)), terminal);
    return { live, endpoint };
  };
  return withBroker(flags, terminal, read, { usesAmqp: false });
}

export function queueTypesOf({ vhosts }: Live): Map<string, string> {
  return new Map([...vhosts.values()].map((vhost) => [vhost.name, vhost.default_queue_type]));
}

/** With their queue types; of a part of the broker, those that the part lies in. */
export function vhostsOf(
  objects: readonly LiveObject[],
  live: Live,
  { match }: ExportFlags,
): Map<string, string> {
  const held = new Set(objects.map(({ vhost }) => vhost));
  const isExported = ([name]: [string, string]) => match === undefined || held.has(name);
  return new Map([...queueTypesOf(live)].filter(isExported));
}

export function tellWarnings(warnings: readonly Problem[], terminal: Terminal): void {
  if (warnings.length > 0) terminal.complain(renderWarnings({ warnings }, terminal.errorPaint));
}
