// Checks that the broker has the plugins that declared policies and parameters need.
import { components } from '../topology/components.ts';
import type { Declared, Desired } from '../topology/desired.ts';
import { renderObject } from '../topology/identity.ts';
import type { Live } from '../topology/live.ts';
import { isMet } from '../topology/normal-form.ts';
import { isAnyPolicy, type TopologyObject } from '../topology/object.ts';
import { hasPlugin, type Plugin } from '../topology/plugins.ts';
import { policyKeys } from '../topology/policy-keys.ts';
import type { Problem } from '../topology/problem.ts';
import { isKnownComponent } from '../topology/parameter-rules.ts';
import { quote } from '../topology/quote.ts';

interface Need {
  readonly plugin: Plugin;
  /** Such as: the component shovel. */
  readonly what: string;
  readonly path: readonly string[];
}

/** The plugins without which the broker would refuse what the files declare. */
export const pluginsNeeded = (desired: Desired, found: Live['objects']): Set<Plugin> =>
  new Set(eachNeed(desired, found).map(({ need }) => need.plugin));

/** What the broker would refuse. */
export const pluginsAreThere = (desired: Desired, live: Live): Problem[] =>
  needsWith('no', desired, live).map(({ declared, need: { plugin, what, path } }) => ({
    code: 'missing-plugin',
    message: `${renderObject(declared.object)}: RabbitMQ refuses ${what} without the plugin ${plugin}, which no node of this broker runs`,
    hint: enable(plugin),
    at: placeOf(declared, path),
  }));

/** What the broker may refuse: this user can't read which plugins it has. */
export const warnOfPlugins = (desired: Desired, live: Live): Problem[] =>
  needsWith('perhaps', desired, live)
    .filter(({ need }) => !isUsed(need, live))
    .map(({ declared, need: { plugin, what, path } }) => ({
      code: 'missing-plugin',
      message: `${renderObject(declared.object)}: RabbitMQ refuses ${what} without the plugin ${plugin}, and this user may not read whether the broker has it`,
      hint: `if it doesn't, ${enable(plugin)}`,
      at: placeOf(declared, path),
    }));

const enable = (plugin: Plugin): string =>
  `enable it on every node: rabbitmq-plugins enable ${plugin}`;

const placeOf = ({ at, find }: Declared, path: readonly string[]) => find?.(path) ?? at;

interface Needing {
  readonly declared: Declared;
  readonly need: Need;
}

const needsWith = (has: ReturnType<typeof hasPlugin>, desired: Desired, live: Live): Needing[] =>
  eachNeed(desired, live.objects).filter(({ need }) => hasPlugin(need.plugin, live.broker) === has);

/** Leaves out what the broker holds already: no request is needed for it. */
function eachNeed(desired: Desired, objects: Live['objects']): Needing[] {
  return [...desired.objects].flatMap(([address, declared]) => {
    const needs = needsOf(declared.object);
    if (needs.length === 0) return [];
    const found = objects.get(address);
    if (found !== undefined && isMet(found, declared.object)) return [];
    return needs.map((need) => ({ declared, need }));
  });
}

function needsOf(object: TopologyObject): Need[] {
  if (object.kind === 'parameter') {
    const plugin = components.get(object.component)?.plugin;
    const what = `the component ${object.component}`;
    return plugin === undefined ? [] : [{ plugin, what, path: ['component'] }];
  }
  if (!isAnyPolicy(object)) return [];
  return [...object.definition.keys()].flatMap((key) => {
    const plugin = policyKeys.get(key)?.plugin;
    return plugin === undefined ? [] : { plugin, what: key, path: ['definition', key] };
  });
}

/** Whether the broker holds anything that needed the same plugin. */
const isUsed = ({ plugin }: Need, { objects }: Live): boolean =>
  [...objects.values()].some((object) => needsOf(object).some((need) => need.plugin === plugin));

/** A plugin that topo does not know may bring the component. */
export function warnOfUnknownComponents(desired: Desired, live: Live): Problem[] {
  const used = new Set(
    [...live.objects.values()].flatMap((one) => (one.kind === 'parameter' ? one.component : [])),
  );
  return [...desired.objects.values()].flatMap((declared) => {
    const { object } = declared;
    if (object.kind !== 'parameter' || isKnownComponent(object) || used.has(object.component))
      return [];
    return {
      code: 'unknown-component',
      message: `topo does not know the component ${quote(object.component)}, and RabbitMQ refuses one that none of its plugins brings`,
      hint: 'check its spelling, and that its plugin is enabled',
      at: placeOf(declared, ['component']),
    };
  });
}
