// The plugins that bring keys of policies and components of parameters, and what shows that a
// broker has one.

export type Plugin =
  | 'rabbitmq_federation'
  | 'rabbitmq_message_deduplication'
  | 'rabbitmq_sharding'
  | 'rabbitmq_shovel';

interface Traces {
  /** A node with the plugin runs one of them, or has it enabled. */
  readonly applications: readonly string[];
  /** Only brokers with the plugin have it; some have the plugin without it. */
  readonly exchangeType?: string;
  /** The same of the script that the plugin's part of the management UI loads. */
  readonly script?: string;
}

const traces: Readonly<Record<Plugin, Traces>> = {
  rabbitmq_federation: {
    // Since 4.1, the common part brings the components, whatever else needs it.
    applications: [
      ...['rabbitmq_federation', 'rabbitmq_federation_common', 'rabbitmq_federation_management'],
      ...['rabbitmq_exchange_federation', 'rabbitmq_queue_federation'],
    ],
    exchangeType: 'x-federation-upstream',
    script: 'federation.js',
  },
  rabbitmq_message_deduplication: {
    applications: ['rabbitmq_message_deduplication'],
    exchangeType: 'x-message-deduplication',
  },
  rabbitmq_sharding: { applications: ['rabbitmq_sharding'], exchangeType: 'x-modulus-hash' },
  rabbitmq_shovel: {
    applications: ['rabbitmq_shovel', 'rabbitmq_shovel_management'],
    script: 'shovel.js',
  },
};

/** What a broker says of its plugins. */
export interface PluginTraces {
  readonly exchange_types: ReadonlySet<string>;
  /** What its nodes run or have enabled; undefined if the user may not read it. */
  readonly applications?: ReadonlySet<string> | undefined;
  /** The scripts of the management UI. */
  readonly scripts?: ReadonlySet<string> | undefined;
}

/** `perhaps` if the broker doesn't say. */
export function hasPlugin(plugin: Plugin, broker: PluginTraces): 'yes' | 'no' | 'perhaps' {
  const { applications, exchangeType = '', script = '' } = traces[plugin];
  if (broker.exchange_types.has(exchangeType) || broker.scripts?.has(script)) return 'yes';
  if (broker.applications === undefined) return 'perhaps';
  return applications.some((name) => broker.applications?.has(name)) ? 'yes' : 'no';
}
