// Makes big topologies like those in production: queues with long names, each bound to one of a few
// exchanges.

const exchanges = 10;

/** A literal YAML file: one line an object. */
export function yamlOf(vhost: string, count: number): string {
  const lines = [`vhost: ${vhost}`, 'manage: all', 'exchanges:'];
  for (let e = 0; e < exchanges; e++) lines.push(`  - { name: exchange.${e}, type: topic }`);
  lines.push('queues:');
  for (let q = 0; q < count; q++)
    lines.push(`  - { name: orders.region.queue.${q}, durable: true }`);
  lines.push('bindings:');
  for (let q = 0; q < count; q++) {
    lines.push(
      `  - { source: exchange.${q % exchanges}, destination: orders.region.queue.${q}, routing_key: region.${q}.# }`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** The same as definitions of one vhost or of a cluster, from the queue with this number on. */
export function definitionsOf(vhost: string | undefined, count: number, from = 0): string {
  const own = vhost === undefined ? {} : { vhost };
  const numbers = Array.from({ length: count - from }, (_, q) => from + q);
  const flags = { durable: true, auto_delete: false, arguments: {} };
  return JSON.stringify({
    exchanges: Array.from({ length: exchanges }, (_, e) => ({
      ...own,
      ...flags,
      name: `exchange.${e}`,
      type: 'topic',
      internal: false,
    })),
    queues: numbers.map((q) => ({ ...own, ...flags, name: `orders.region.queue.${q}` })),
    bindings: numbers.map((q) => ({
      ...own,
      source: `exchange.${q % exchanges}`,
      destination: `orders.region.queue.${q}`,
      destination_type: 'queue',
      routing_key: `region.${q}.#`,
      arguments: {},
    })),
  });
}
