// Leaves on the broker what runs that were cut off leave there, though no run needs it.
import { api } from '../broker.ts';

const id = '0000000-00000000';
const longAgo = { 'x-topo-since': 1_700_000_000 };

/** An exchange of a rehearsal, and the record of an apply that has all back. Lists what is left. */
export async function leaveBehind(vhost: string): Promise<() => Promise<string[]>> {
  await api('PUT', `exchanges/${vhost}/orders.topo-rehearsal-00000001`, {
    type: 'direct',
    arguments: { 'x-topo': 'rehearsal', ...longAgo },
  });
  await leaveRecord(vhost);
  return async () => {
    const both = await Promise.all(
      ['exchanges', 'queues'].map((kind) => api('GET', `${kind}/${vhost}`)),
    );
    const names = (both as { name: string }[][]).flat().map(({ name }) => name);
    return names.filter((name) => /topo-rehearsal|^topo\.record/.test(name));
  };
}

/** Of an apply that replaces these objects. */
export async function leaveRecord(vhost: string, replaced: readonly object[] = []): Promise<void> {
  const { cluster_name } = (await api('GET', 'overview')) as { cluster_name: string };
  const started = '2026-11-28T10:00:00.000Z';
  const rest = { started, replaced, rings: [], bindings: [] };
  const record = { topo_record: 1, id, cluster_name, vhost, ...rest };
  await api('PUT', `queues/${vhost}/topo.record.${id}.1`, {
    durable: true,
    arguments: {
      'x-topo': 'record',
      ...longAgo,
      'x-topo-version': 1,
      'x-topo-parts': 1,
      'x-topo-record': JSON.stringify(record),
    },
  });
}
