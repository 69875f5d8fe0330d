// Runs a replacement in which one request or one AMQP method fails, and checks what must be true
// afterwards.
import { NotReplaced } from '../../src/reconcile/broker.ts';
import { addressOf } from '../../src/topology/identity.ts';
import { canonicalObject } from '../../src/topology/normal-form.ts';
import type { Binding, Exchange, Queue, TopologyObject } from '../../src/topology/object.ts';
import { ExpectedError } from '../../src/topology/problem.ts';
import { inVhost } from '../broker.ts';
import { openAmqpGateway, type AmqpFault } from './amqp-gateway.ts';
import { arrange, binding, exchange, openTestBroker, queue, standing } from './arrange.ts';
import { openGateway, type Asked, type Fault } from './gateway.ts';

interface World {
  readonly before: Exchange | Queue;
  readonly after: Exchange | Queue;
  readonly others: readonly TopologyObject[];
  readonly bindings: readonly Binding[];
}

/** By name. */
export const worlds = {
  'an exchange': (vhost: string): World => ({
    before: exchange(vhost, 'x'),
    after: exchange(vhost, 'x', { type: 'headers', arguments: { 'alternate-exchange': 'up' } }),
    others: [exchange(vhost, 'up'), queue(vhost, 'q')],
    bindings: [
      binding(vhost, 'x', 'q', { routing_key: 'a' }),
      binding(vhost, 'x', 'q', { routing_key: 'b', arguments: { n: 1 } }),
      binding(vhost, 'x', 'up', { destination_type: 'exchange', routing_key: 'd' }),
      binding(vhost, 'up', 'x', { destination_type: 'exchange', routing_key: 'e' }),
    ],
  }),
  'a classic queue': (vhost: string): World => ({
    before: queue(vhost, 'q'),
    after: queue(vhost, 'q', { arguments: { 'x-max-length': 5 } }),
    others: [exchange(vhost, 'x')],
    bindings: ['a', 'b'].map((routing_key) => binding(vhost, 'x', 'q', { routing_key })),
  }),
  'a quorum queue': (vhost: string): World => ({
    before: queue(vhost, 'q', { type: 'quorum' }),
    after: queue(vhost, 'q'),
    others: [exchange(vhost, 'x')],
    bindings: ['a', 'b'].map((routing_key) => binding(vhost, 'x', 'q', { routing_key })),
  }),
} satisfies Record<string, (vhost: string) => World>;

export type WorldName = keyof typeof worlds;

/** The request or method that fails, counted from 0; none, to count them. */
export interface Place {
  readonly world: WorldName;
  readonly way: 'over HTTP' | 'over AMQP';
  readonly http?: { readonly nth: number; readonly fault: Fault; readonly reaches: boolean };
  readonly amqp?: { readonly nth: number; readonly fault: AmqpFault };
}

export interface Fared {
  readonly requests: readonly Asked[];
  readonly methods: number;
  readonly ended: 'replaced' | 'failed';
  readonly error: string;
  /** Everything that is wrong. */
  readonly wrong: readonly string[];
}

export const replaceWithFault = (place: Place): Promise<Fared> =>
  inVhost((vhost) => replaceIn(vhost, place));

async function replaceIn(vhost: string, { world, way, http, amqp }: Place): Promise<Fared> {
  const { before, after, others, bindings } = worlds[world](vhost);
  await arrange(before, ...others, ...bindings);
  const gateway = await openGateway({
    fault: http?.fault ?? 'a cut',
    reaches: http?.reaches ?? true,
    when: ({ nth }) => nth === http?.nth,
  });
  const amqpGateway = await openAmqpGateway({
    faultAt: (nth) => (nth === amqp?.nth ? amqp.fault : undefined),
  });
  const { port } = amqpGateway;
  const opened = openTestBroker(
    {
      RABBITMQ_ENDPOINT: gateway.endpoint,
      AMQP_URL: `amqp://127.0.0.1:${way === 'over AMQP' ? port : 1}`,
    },
    5,
  );
  const error: unknown = await opened
    .replace(before, after, bindings, 'lose-nothing')
    .then(() => undefined)
    .catch((thrown: unknown) => thrown);
  await opened.close();
  gateway.close();
  await amqpGateway.close();
  const found = await standing(vhost);
  const wrong = judge({ before, after, others, bindings }, error, found);
  return {
    requests: gateway.asked,
    methods: amqpGateway.methods,
    ended: error === undefined ? 'replaced' : 'failed',
    error: error instanceof Error ? error.message : '',
    wrong,
  };
}

/**
 * A single fault loses nothing: the new object exists, or the old one unchanged, with every
 * binding, and the report says so.
 */
function judge(
  { before, after, others, bindings }: World,
  error: unknown,
  found: readonly string[],
): string[] {
  const stands = (object: TopologyObject): boolean => found.includes(canonicalObject(object));
  const missing = [...others, ...bindings].filter((object) => !stands(object));
  const lost = error instanceof NotReplaced ? error.lost : new Map<string, string>();
  const rest = found.filter(
    (text) =>
      !text.includes('.topo-rehearsal-') &&
      ![before, after, ...others, ...bindings].map(canonicalObject).includes(text),
  );
  return [
    ...missing.map((object) => `${addressOf(object)} is missing`),
    ...rest.map((text) => `${text} was not there before`),
    ...(error === undefined && !stands(after) ? ['the new one does not exist'] : []),
    ...(stands(before) || stands(after) ? [] : ['neither exists']),
    ...(error === undefined || error instanceof ExpectedError ? [] : ['a bug']),
    ...[...lost.keys()].map((address) => `${address} is reported lost`),
    ...(claims(error, 'is as it was before') && !stands(before) ? ['the old one is reported'] : []),
    ...(claims(error, 'was replaced') && !stands(after) ? ['the new one is reported'] : []),
    ...(claims(error, 'seems to be gone') ? ['it is reported gone'] : []),
    ...(claims(error, ' stays: ') && !stands(before) ? ['the old one is reported to stay'] : []),
  ];
}

const claims = (error: unknown, words: string): boolean =>
  error instanceof Error && error.message.includes(words);
