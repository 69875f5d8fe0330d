// The components whose runtime parameters topo knows: RabbitMQ refuses a value with any other key.
import type { KeyTable, Together } from './parameter-key.ts';
import type { Parameter } from './object.ts';
import type { Plugin } from './plugins.ts';
import { shovelKeys, shovelRules, strayShovelKey } from './shovel-keys.ts';
import { unveil } from './secret-values.ts';
import { setKeys, upstreamKeys } from './upstream-keys.ts';
import type { Table, Value } from './value.ts';

export interface Component {
  /** Such as: a shovel. */
  readonly what: string;
  readonly plugin: Plugin;
  /** Whether the value is a list of maps. */
  readonly isList?: true;
  /** The keys that a map like this may have. */
  readonly keysOf: (value: Table) => KeyTable;
  /** What to do about a key that maps unlike this may have. */
  readonly strayKey?: (key: string) => string | undefined;
  readonly rules: readonly ((value: Table) => Together | undefined)[];
}

export const components: ReadonlyMap<string, Component> = new Map<string, Component>([
  [
    'shovel',
    {
      what: 'a shovel',
      plugin: 'rabbitmq_shovel',
      keysOf: shovelKeys,
      strayKey: strayShovelKey,
      rules: shovelRules,
    },
  ],
  [
    'federation-upstream',
    {
      what: 'a federation upstream',
      plugin: 'rabbitmq_federation',
      keysOf: () => upstreamKeys,
      rules: [],
    },
  ],
  [
    'federation-upstream-set',
    {
      what: 'a federation upstream set',
      plugin: 'rabbitmq_federation',
      isList: true,
      keysOf: () => setKeys,
      rules: [],
    },
  ],
]);

/** The maps of a parameter's value, with their places. */
export function mapsIn({ value }: Parameter): { map: Table; path: string[] }[] {
  const plain = unveil(value);
  const all = Array.isArray(plain) ? (plain as readonly Value[]) : [plain];
  return all.flatMap((map, index) => {
    const path = Array.isArray(plain) ? ['value', String(index)] : ['value'];
    return map instanceof Map ? { map: map as Table, path } : [];
  });
}
