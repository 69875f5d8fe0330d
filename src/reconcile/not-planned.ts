// Names the kinds that files and brokers may hold, but plans don't compare yet.
import type { Desired } from '../topology/desired.ts';
import type { Live } from '../topology/live.ts';
import { count } from '../topology/count.ts';
import type { Problem } from '../topology/problem.ts';

interface Kind {
  readonly one: string;
  readonly many?: string;
  /** The rabbitmqctl command to use meanwhile. */
  readonly command: string;
}

const kinds: Readonly<Record<string, Kind>> = {
  vhosts: { one: 'vhost', command: 'add_vhost' },
  users: { one: 'user', command: 'add_user' },
  permissions: { one: 'permission', command: 'set_permissions' },
  topic_permissions: { one: 'topic permission', command: 'set_topic_permissions' },
  policies: { one: 'policy', many: 'policies', command: 'set_policy' },
  parameters: { one: 'parameter', command: 'set_parameter' },
  global_parameters: { one: 'global parameter', command: 'set_global_parameter' },
};

/** How many of them these vhosts have, as far as the user may know. */
export function countNotCompared({
  policies = [],
  parameters = new Map(),
}: Live): Map<string, number> {
  const counts = new Map([['policies', policies.length], ...parameters]);
  return new Map([...counts].filter(([, count]) => count > 0));
}

const unknown = (name: string): Kind => ({ one: name, command: 'import_definitions' });

/** One line for each kind: a plan with nothing to do says nothing about these. */
export function warnOfNotPlanned({ notPlanned }: Pick<Desired, 'notPlanned'>): Problem[] {
  return [...notPlanned].map(([name, entries]) => {
    const { one, many = `${one}s`, command } = kinds[name] ?? unknown(name);
    const isOne = entries === 1;
    return {
      code: 'not-planned',
      message: `${count(entries)} ${isOne ? `${one} is` : `${many} are`} not planned: topo compares only exchanges, queues and bindings so far`,
      hint: `manage ${isOne ? 'it' : 'them'} with rabbitmqctl ${command}`,
    };
  });
}
