// The row of vhosts: each holds exchanges, queues, bindings, permissions and policies of its own.
import { addressOfVhost } from '../address.ts';
import { limitRule } from '../limit-rules.ts';
import { nameBreaches } from '../name-rules.ts';
import type { Vhost } from '../object.ts';
import { quote } from '../quote.ts';
import { limitsOf, tagsOf, textOf, type RowOf } from './kind.ts';

/** An entry of a definitions file, a topology file or the management API. */
interface RawVhost {
  name: unknown;
  description?: unknown;
  tags?: unknown;
  default_queue_type?: unknown;
  protected_from_deletion?: unknown;
  /** RabbitMQ exports these fields in here, too. */
  metadata?: Omit<RawVhost, 'name' | 'metadata' | 'tracing' | 'limits'>;
  tracing?: boolean;
  limits?: unknown;
}

function normalizeVhost(raw: RawVhost): Vhost {
  const { description, tags, default_queue_type, protected_from_deletion } = {
    ...raw.metadata,
    ...raw,
  };
  return {
    kind: 'vhost',
    vhost: null,
    name: textOf(raw.name),
    description: typeof description === 'string' ? description : undefined,
    // An import may leave null.
    tags: tags === undefined || tags === null ? undefined : tagsOf(tags),
    default_queue_type: knownType(default_queue_type),
    protected_from_deletion:
      typeof protected_from_deletion === 'boolean' ? protected_from_deletion : undefined,
    tracing: raw.tracing,
    limits: limitsOf(raw.limits),
  };
}

/** 3.10 says the word undefined for no type. */
const knownType = (type: unknown): string | undefined =>
  typeof type === 'string' && type !== 'undefined' && type !== '' ? type : undefined;

const addressOf = ({ name }: Vhost) => addressOfVhost(name);
const render = ({ name }: Vhost): string => `vhost ${quote(name)}`;

export const vhost: RowOf<'vhost'> = {
  section: 'vhosts',
  path: 'vhosts',
  changes: 'update',
  fields: {
    name: { type: 'string' },
    description: { type: 'string' },
    tags: { type: 'list' },
    default_queue_type: { type: 'string' },
    protected_from_deletion: { type: 'boolean' },
    tracing: { type: 'boolean' },
    limits: { type: 'map' },
  },
  attributes: [
    ...(['description', 'tags', 'default_queue_type', 'protected_from_deletion'] as const),
    ...(['tracing', 'limits'] as const),
  ],
  rules: [
    ({ name }) => nameBreaches(name, 'vhost name', ['name']),
    limitRule('vhost', ['max-connections', 'max-queues']),
  ],
  normalize: (raw) => normalizeVhost(raw as RawVhost),
  addressOf,
  homeOf: (object) => ({ address: addressOf(object), kind: 'vhost', name: object.name }),
  namesOf: ({ name }) => [name],
  isBrokersOwn: () => false,
  render,
  renderIdentity: render,
};
