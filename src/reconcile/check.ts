// Runs all checks that need the broker, after the snapshot and before the first write.
import type { Address } from '../topology/address.ts';
import type { Desired, Doubt } from '../topology/desired.ts';
import { typesOf } from '../topology/kinds/exchange.ts';
import { foreignArguments, withDefaultType } from '../topology/kinds/queue.ts';
import type { Live } from '../topology/live.ts';
import { fullArguments, isMet } from '../topology/normal-form.ts';
import {
  isAnyPolicy,
  isBinding,
  isBindingEnd,
  isExchange,
  isQueue,
  type TopologyObject,
} from '../topology/object.ts';
import { InvalidInput, type Problem } from '../topology/problem.ts';
import { sourceBreaches } from '../topology/source-rules.ts';
import { canonical, type Value } from '../topology/value.ts';
import { bindingEndsHold, onwardEndsStay } from './check-ends.ts';
import { pluginsAreThere, warnOfPlugins, warnOfUnknownComponents } from './check-plugins.ts';
import { policiesFitVersion, warnOfIdlePolicies } from './check-policies.ts';
import { warnOfPassingShovels } from './check-shovels.ts';
import { topicExchangesExist } from './check-topics.ts';
import { usersExist } from './check-users.ts';
import { defaultTypesAgree, defaultTypesStay, vhostsExist } from './check-vhosts.ts';
import { warnOfUnseen } from './destroy.ts';
import { findNews, versionTakes, warnOfIgnored } from './check-versions.ts';
import { warnOfOdd } from './odd.ts';
import type { Outlook } from './outlook.ts';
import { warnOfSharedPlaces } from './rings.ts';

type Check = (desired: Desired, live: Live, outlook: Outlook) => Problem[];

/** To add a check, write a function and list it here. */
const checks: readonly Check[] = [
  vhostsExist,
  usersExist,
  topicExchangesExist,
  defaultTypesAgree,
  defaultTypesStay,
  exchangeTypesExist,
  namesAreFree,
  argumentsFitDefaultTypes,
  bindingEndsHold,
  sourcesTakeBindings,
  onwardEndsStay,
  argumentsAreKnown,
  policiesFitVersion,
  pluginsAreThere,
];

/**
 * Throws InvalidInput with every problem, in the order of the files; returns what only deserves a
 * warning.
 */
export function check(desired: Desired, live: Live, outlook: Outlook): Problem[] {
  const news = findNews(desired, live, outlook);
  const problems = [
    ...checks.flatMap((one) => one(desired, live, outlook)),
    ...versionTakes(news, live),
  ];
  if (problems.length > 0) throw new InvalidInput(inOrder(problems, desired), desired.sources);
  const lifted = desired.doubts.filter((doubt) => isHeldLive(doubt, desired, live));
  return [
    ...lifted.map(({ problem }) => problem),
    ...warnOfSharedPlaces(desired, live),
    ...warnOfIgnored(news),
    ...warnOfOdd(desired, live),
    ...warnOfIdlePolicies(desired, live),
    ...warnOfPlugins(desired, live),
    ...warnOfUnknownComponents(desired, live),
    ...warnOfPassingShovels(desired),
    ...warnOfUnseen(desired, live),
  ];
}

/** Sorts problems by their place in the files. */
export function inOrder(problems: readonly Problem[], { sources }: Desired): Problem[] {
  const files = [...sources.keys()];
  const rank = ({ at }: Problem): [number, number] =>
    at ? [files.indexOf(at.file), at.line] : [-1, 0];
  return [...problems].sort((a, b) => rank(a)[0] - rank(b)[0] || rank(a)[1] - rank(b)[1]);
}

function exchangeTypesExist(desired: Desired, live: Live): Problem[] {
  const known = live.broker.exchange_types;
  return [...desired.objects.values()].flatMap(({ object, at }) => {
    const missing = isExchange(object)
      ? typesOf(object).find((type) => !known.has(type))
      : undefined;
    if (!isExchange(object) || missing === undefined) return [];
    const which = missing === object.type ? 'type' : 'x-delayed-type';
    return {
      code: 'no-such-exchange-type',
      message: `exchange "${object.name}" has ${which} "${missing}", which the broker does not have`,
      hint: `the broker has ${[...known].sort().join(', ')}; a plugin may bring more`,
      at,
    };
  });
}

/** The check of the files knows only declared sources. */
function sourcesTakeBindings(desired: Desired, live: Live): Problem[] {
  const find = (address: Address) =>
    desired.objects.get(address)?.object ?? live.objects.get(address);
  return [...desired.objects.values()].flatMap(({ object, at }) =>
    isBinding(object)
      ? sourceBreaches(object, find).map(({ code, message, hint }) => ({ code, message, hint, at }))
      : [],
  );
}

/** An exclusive queue, for example, can't be declared by others, even with the same arguments. */
function namesAreFree(desired: Desired, live: Live): Problem[] {
  return [...desired.objects].flatMap(([address, { object, at }]) => {
    if (!isBindingEnd(object)) return [];
    const found = live.objects.get(address);
    if (!isBindingEnd(found) || !found.system) return [];
    return {
      code: 'name-taken',
      message: `${object.kind} "${object.name}" on the broker is exclusive, or belongs to RabbitMQ or a plugin`,
      hint: 'declare another name, or stop what holds it',
      at,
    };
  });
}

/** A queue without a type gets its vhost's default, which only the broker knows. */
function argumentsFitDefaultTypes(desired: Desired, live: Live): Problem[] {
  return [...desired.objects.values()].flatMap(({ object, at }) => {
    if (!isQueue(object) || object.type !== null) return [];
    const vhost = live.vhosts.get(object.vhost);
    if (vhost === undefined) return [];
    const queue = withDefaultType(object, vhost.default_queue_type);
    return foreignArguments(queue).map(({ code, message }) => ({
      code,
      message: `queue "${object.name}" has no type: ${message}`,
      hint: 'RabbitMQ refuses it; set a type, such as type: quorum, or remove the argument',
      at,
    }));
  });
}

function argumentsAreKnown(desired: Desired, live: Live): Problem[] {
  return desired.doubts
    .filter((doubt) => !doubt.isExported && !isHeldLive(doubt, desired, live))
    .map((doubt) => doubt.problem);
}

/**
 * Leaves out exported objects that no request can create here: RabbitMQ strips line breaks from
 * names.
 */
export function withoutUnwritable(desired: Desired, live: Live): Desired {
  const unwritable = desired.doubts.filter(
    (doubt) => doubt.isExported && !isHeldLive(doubt, desired, live),
  );
  if (unwritable.length === 0) return desired;
  const objects = new Map(desired.objects);
  for (const { address } of unwritable) objects.delete(address);
  const warnings = unwritable.map(({ problem }) => ({
    ...problem,
    message: `${problem.message}: it is left out`,
  }));
  return { ...desired, objects, warnings: [...desired.warnings, ...warnings] };
}

function isHeldLive({ address, argument }: Doubt, desired: Desired, live: Live): boolean {
  if (argument === null) return live.objects.has(address);
  const [declared, found] = [desired.objects.get(address)?.object, live.objects.get(address)];
  if (declared?.kind === 'parameter') return found !== undefined && isMet(found, declared);
  const wanted = argumentOf(declared, argument);
  const held = argumentOf(found, argument);
  return wanted !== undefined && held !== undefined && canonical(wanted) === canonical(held);
}

function argumentOf(object: TopologyObject | undefined, name: string): Value | undefined {
  if (isAnyPolicy(object)) return object.definition.get(name);
  return object && fullArguments(object).get(name);
}
