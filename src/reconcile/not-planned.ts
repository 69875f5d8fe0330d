// Kinds that files may hold, and that no plan looks at yet.
import type { Desired } from '../topology/desired.ts';
import { count } from '../topology/count.ts';
import type { Problem } from '../topology/problem.ts';

interface Kind {
  readonly one: string;
  readonly many?: string;
  /** What does it meanwhile. */
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

const unknown = (name: string): Kind => ({ one: name, command: 'import_definitions' });

/** One line for each kind: that nothing else is to do says nothing about them. */
export function warnOfNotPlanned({ notPlanned }: Pick<Desired, 'notPlanned'>): Problem[] {
  return [...notPlanned].map(([name, entries]) => {
    const { one, many = `${one}s`, command } = kinds[name] ?? unknown(name);
    const isOne = entries === 1;
    return {
      code: 'not-planned',
      message: `${count(entries)} ${isOne ? `${one} is` : `${many} are`} not planned: topo compares exchanges, queues and bindings, and nothing else yet`,
      hint: `look after ${isOne ? 'it' : 'them'} with rabbitmqctl ${command}`,
    };
  });
}
