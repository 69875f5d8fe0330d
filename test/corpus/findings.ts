// Takes out of a definitions file what topo check-upgrade has found.
import type { Entry } from '../exact/definitions.ts';

export interface Finding {
  readonly effect: string;
  readonly object: {
    /** Such as `policies/shop/lengths`. */
    readonly address: string;
    readonly path: readonly string[];
  };
}

type Definitions = Readonly<Record<string, unknown>>;

export const without = (definitions: Definitions, findings: readonly Finding[]): Definitions =>
  findings.reduce(withoutOne, definitions);

function withoutOne(definitions: Definitions, { object: { address, path } }: Finding): Definitions {
  const [section = '', ...names] = address.split('/').map(decodeURIComponent);
  const [vhost, name] = names.slice(-2);
  const entries = definitions[section] as Entry[];
  const isMeant = (entry: Entry) => entry['vhost'] === vhost && entry['name'] === name;
  const left = entries.flatMap((entry) => (isMeant(entry) ? withoutKey(entry, path) : entry));
  return { ...definitions, [section]: left };
}

/** A policy without a key is none. */
function withoutKey(entry: Entry, [field = '', key = '']: readonly string[]): Entry[] {
  const rest = Object.entries(entry[field] as Entry).filter(([name]) => name !== key);
  const isNone = field === 'definition' && rest.length === 0;
  return isNone ? [] : [{ ...entry, [field]: Object.fromEntries(rest) }];
}
