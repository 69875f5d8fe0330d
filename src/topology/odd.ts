// What a broker may hold in place of a name, a key or a boolean: RabbitMQ's import looks at few fields.
import { renderJson } from './json.ts';
import type { Kind, OddFields, TopologyObject } from './object.ts';
import { quote } from './quote.ts';

type Expected = Readonly<Record<string, 'string' | 'boolean'>>;

const expected: Readonly<Record<Kind, Expected>> = {
  exchange: { name: 'string', durable: 'boolean', auto_delete: 'boolean', internal: 'boolean' },
  queue: { name: 'string', durable: 'boolean', auto_delete: 'boolean' },
  binding: { source: 'string', destination: 'string', routing_key: 'string' },
};

/** Undefined where every field can be used; one that is missing has a default. */
export function oddFieldsOf(kind: Kind, raw: object): OddFields | undefined {
  let odd: Map<string, unknown> | undefined;
  for (const [field, type] of Object.entries(expected[kind])) {
    const value: unknown = (raw as Record<string, unknown>)[field];
    if (value !== undefined && typeof value !== type) (odd ??= new Map()).set(field, value);
  }
  return odd;
}

/** The odd fields that set an object apart from a sound one of the same names: such an object can't be declared. */
export function oddNames({ kind, odd }: TopologyObject): [string, unknown][] {
  return [...(odd ?? [])].filter(([field]) => expected[kind][field] === 'string');
}

const wanted = { string: 'text', boolean: 'boolean' };

/** Such as: has auto_delete "undefined", which is no boolean. */
export function renderOdd({ kind, odd }: TopologyObject): string {
  const fields = [...(odd ?? [])].map(([field, value]) => {
    const text = typeof value === 'string' ? quote(value) : renderJson(value);
    return `has ${field} ${text}, which is no ${wanted[expected[kind][field] ?? 'string']}`;
  });
  return fields.join(', and ');
}
