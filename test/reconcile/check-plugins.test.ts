// What policies and parameters need of the broker's plugins, by what the broker says of them. That
// a real one says so: test/cli/bare-node.nodes.test.ts.
import { describe, expect, test } from 'vitest';
import {
  pluginsAreThere,
  warnOfPlugins,
  warnOfUnknownComponents,
} from '../../src/reconcile/check-plugins.ts';
import { addressOf } from '../../src/topology/identity.ts';
import { kinds } from '../../src/topology/kinds/kinds.ts';
import type { Kind, Setting, TopologyObject } from '../../src/topology/object.ts';
import type { PluginTraces } from '../../src/topology/plugins.ts';
import { scopeOf } from './shorthand.ts';
import { toDesired, toLive } from './worlds.ts';

const make = (kind: Kind, fields: object) => kinds[kind].normalize(fields, '/') as Setting;
const uri = 'amqp://u:p@h';
const shovel = (more = {}): Setting =>
  make('parameter', {
    component: 'shovel',
    name: 's',
    value: { 'src-uri': uri, 'src-queue': 'a', 'dest-uri': uri, ...more },
  });
const upstream = make('parameter', { component: 'federation-upstream', name: 'f', value: { uri } });
const policy = (definition: object): Setting =>
  make('policy', { name: 'p', pattern: 'a', definition });
const federated = policy({ 'federation-upstream': 'f' });

interface Given {
  readonly traces: Partial<PluginTraces>;
  readonly live?: readonly Setting[];
}

/** The plugins that topo says are missing, and those that may be. */
function missing(declared: TopologyObject, { traces, live = [] }: Given): [string[], string[]] {
  const world = toLive([]);
  const objects = new Map([...world.objects, ...live.map((one) => [addressOf(one), one] as const)]);
  const broker = { ...world.broker, exchange_types: new Set(['direct']), ...traces };
  const given = [toDesired([declared], scopeOf('')), { ...world, broker, objects }] as const;
  const named = ({ message }: { message: string }) => /plugin (\w+)/.exec(message)?.[1] ?? message;
  return [pluginsAreThere(...given).map(named), warnOfPlugins(...given).map(named)];
}

const running = (...names: string[]) => ({ applications: new Set(['rabbit', ...names]) });
const types = (name: string) => ({ exchange_types: new Set([name]) });

const rows: [
  situation: string,
  declared: Setting,
  given: Given,
  no: string[],
  perhaps: string[],
][] = [
  ['runs', shovel(), { traces: running('rabbitmq_shovel') }, [], []],
  ['does not run', shovel(), { traces: running() }, ['rabbitmq_shovel'], []],
  ['may run', shovel(), { traces: {} }, [], ['rabbitmq_shovel']],
  ['shows in the management UI', shovel(), { traces: { scripts: new Set(['shovel.js']) } }, [], []],
  ['brought an exchange type', upstream, { traces: types('x-federation-upstream') }, [], []],
  ['of 4.1 runs', upstream, { traces: running('rabbitmq_federation_common') }, [], []],
  ['of 4.0 runs', federated, { traces: running('rabbitmq_federation') }, [], []],
  ['is not there for a policy', federated, { traces: running() }, ['rabbitmq_federation'], []],
  ['is not needed', policy({ 'max-length': 5 }), { traces: running() }, [], []],
  ['is gone, but the object is live', shovel(), { traces: running(), live: [shovel()] }, [], []],
  [
    'is gone, and the object changes',
    shovel({ 'reconnect-delay': 5 }),
    { traces: running(), live: [shovel()] },
    ['rabbitmq_shovel'],
    [],
  ],
  ['was there for another object', federated, { traces: {}, live: [upstream] }, [], []],
];
test.for(rows)('a plugin that %s', ([, declared, given, no, perhaps]) => {
  expect(missing(declared, given)).toEqual([no, perhaps]);
});

describe('a component that topo does not know', () => {
  const own = make('parameter', { component: 'of-a-plugin', name: 'x', value: 5 });
  const warned = (live: readonly Setting[]): string[] => {
    const objects = new Map(live.map((one) => [addressOf(one), one] as const));
    const desired = toDesired([own], scopeOf(''));
    return warnOfUnknownComponents(desired, { ...toLive([]), objects }).map(({ code }) => code);
  };
  test('is warned of', () => {
    expect(warned([])).toEqual(['unknown-component']);
  });
  test('is not if the broker has it', () => {
    const other = make('parameter', { component: 'of-a-plugin', name: 'y', value: 6 });
    expect(warned([other])).toEqual([]);
  });
});
