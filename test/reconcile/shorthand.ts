// Objects and worlds in a few characters, so that a case fits in a row.
import { noConsents, type Consents } from '../../src/reconcile/consents.ts';
import { toDocument } from '../../src/reconcile/plan-document.ts';
import type { Selection } from '../../src/reconcile/select.ts';
import { fromFiles } from '../../src/reconcile/source.ts';
import type { Plan } from '../../src/reconcile/step.ts';
import { noneEarlier, type Earlier } from '../../src/reconcile/unfinished.ts';
import { addressOfNamed } from '../../src/topology/address.ts';
import { addressOf } from '../../src/topology/identity.ts';
import { normalizeBinding } from '../../src/topology/kinds/binding.ts';
import { normalizeExchange } from '../../src/topology/kinds/exchange.ts';
import { normalizeQueue } from '../../src/topology/kinds/queue.ts';
import { isBindingEnd, type Policy, type RoutingObject } from '../../src/topology/object.ts';
import type { Scope } from '../../src/topology/scope.ts';
import { toTable } from '../../src/topology/value.ts';
import { MemoryBroker } from './memory-broker.ts';
import { toDesired, toLive } from './worlds.ts';

/**
 * `e:tasks`, `e:tasks auto_delete`, `e:tasks topic`, `e:tasks else other` (its alternate exchange),
 * `q:orders`, `q:orders quorum`, `q:orders auto_delete`, `q:orders max 5`, `q:orders dead other`
 * (its dead-letter exchange), `q:orders dead  key k` (the default exchange, with a routing key),
 * `tasks>orders k`, `tasks>>other`. On a live object, `@p` says that policy p applies.
 */
function object(text: string): RoutingObject {
  const [head = '', ...words] = text.split(' ');
  const [source = '', destination = ''] = head.split(/>+/);
  if (head.includes('>')) {
    const destination_type = head.includes('>>') ? 'exchange' : 'queue';
    const routing_key = words.join(' ');
    return normalizeBinding({ source, destination, destination_type, routing_key }, '/');
  }
  const [kind, name = ''] = head.split(':');
  if (kind === 'e') {
    const [first = 'auto_delete'] = words;
    const type = ['auto_delete', 'else'].includes(first) ? 'direct' : first;
    const auto_delete = words.includes('auto_delete');
    const args = argument(words, 'else', 'alternate-exchange', String);
    return normalizeExchange({ name, type, auto_delete, arguments: args }, '/');
  }
  const args = {
    ...argument(words, 'max', 'x-max-length', Number),
    ...argument(words, 'dead', 'x-dead-letter-exchange', String),
    ...argument(words, 'key', 'x-dead-letter-routing-key', String),
  };
  const type = words.find((word) => ['quorum', 'stream', 'classic'].includes(word)) ?? 'classic';
  const auto_delete = words.includes('auto_delete');
  return normalizeQueue({ name, type, auto_delete, arguments: args }, '/');
}

function argument(
  words: readonly string[],
  word: string,
  name: string,
  toValue: (text: string) => unknown,
): object {
  const at = words.indexOf(word);
  return at < 0 ? {} : { [name]: toValue(words[at + 1] ?? '') };
}

/** A list of objects, separated by commas. */
export const objectsOf = (text: string): RoutingObject[] =>
  text === '' ? [] : text.split(', ').map(object);

export const scopeOf = (own: string, safe = '', into = ''): Scope => ({
  vhost: '/',
  manage:
    own === 'all' ? 'all' : { exchange: [own], queue: [own], policy: [own], bindings_into: [into] },
  protect: { exchange: [safe], queue: [safe] },
});

interface Case {
  readonly desired: string;
  readonly live: string;
  readonly own?: string;
  readonly safe?: string;
  /** The pattern of bindings_into. */
  readonly into?: string;
  readonly only?: NonNullable<Selection['only']>;
  readonly targets?: readonly string[];
  readonly consents?: Consents;
  readonly earlier?: Partial<Earlier>;
  readonly policies?: readonly Policy[];
  readonly declaredPolicies?: readonly Policy[];
}

export function brokerOf(live: string, policies: readonly Policy[] | null = []): MemoryBroker {
  const { objects, ...rest } = toLive(objectsOf(live.replaceAll(/ @\w+/g, '')));
  const named = new Map(objects);
  for (const one of policies ?? []) named.set(addressOf(one), one);
  for (const [, kind = '', name = '', policy = ''] of live.matchAll(/([eq]):(\S+)[^,]* @(\w+)/g)) {
    const address = addressOfNamed(kind === 'e' ? 'exchange' : 'queue', '/', name);
    const object = named.get(address);
    if (isBindingEnd(object)) named.set(address, { ...object, policy });
  }
  return new MemoryBroker({ ...rest, objects: named, policies: policies ?? undefined });
}

/** `p`, or `p 5` with a priority; then its pattern and its definition. */
export function policy(
  text: string,
  pattern: string,
  definition: object,
  apply_to = 'all',
): Policy {
  const [name = '', priority = '0'] = text.split(' ');
  const rest = { pattern, 'apply-to': apply_to, definition: toTable(definition) };
  return { kind: 'policy', vhost: '/', name, priority: Number(priority), ...rest };
}

export async function planOf(
  situation: Case,
  broker = brokerOf(situation.live, situation.policies),
): Promise<Plan> {
  const { desired, own = '', safe = '', into, only, targets = [] } = situation;
  const objects = [...objectsOf(desired), ...(situation.declaredPolicies ?? [])];
  const source = fromFiles(toDesired(objects, scopeOf(own, safe, into)), broker, {
    endpoint: 'http://localhost:15672',
    selection: { targets, ...(only && { only }) },
    consents: situation.consents ?? { ...noConsents, deletes: 1000 },
    earlier: { ...noneEarlier, ...situation.earlier },
  });
  return (await source.read()).plan;
}

/** The steps as lines: the change, its cause, and its needs; `~` marks carried steps. */
export function lines(plan: Plan): string[] {
  return toDocument(plan).steps.map((step) =>
    [
      `${step.own_request ? '' : '~'}${step.kind} ${short(step.address)}`,
      ...(step.because === undefined ? [] : [`because ${short(step.because)}`]),
      ...(step.needs.length === 0 ? [] : [`needs ${step.needs.map(short).join(' ')}`]),
      ...(step.managed ? [] : ['unmanaged']),
    ].join(', '),
  );
}

const short = (address: string): string =>
  address
    .replace(/^bindings\/%2F\/e\//, 'b:')
    .replace(/^(e|q)\w+\/%2F\//, (_, kind: string) => `${kind}:`);
