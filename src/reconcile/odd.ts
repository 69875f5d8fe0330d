// Warns of live objects with unusable values, and refuses changes that would go wrong around them.
import { endsOf, type Address } from '../topology/address.ts';
import { count } from '../topology/count.ts';
import type { Desired } from '../topology/desired.ts';
import { addressOf, oddNames, renderObject, renderOdd } from '../topology/identity.ts';
import { renderJson } from '../topology/json.ts';
import type { Live, LiveObject } from '../topology/live.ts';
import { type Binding, isBinding, isExchange } from '../topology/object.ts';
import type { Problem } from '../topology/problem.ts';
import { quote } from '../topology/quote.ts';
import type { Change } from './change.ts';
import type { Refusal } from './plan.generated.ts';

/** An import may store thousands. */
const mostNamed = 10;

/** Skips declared objects: the plan itself says what happens to those. */
export function warnOfOdd(desired: Desired, live: Live): Problem[] {
  const odd = [...live.objects.values()].filter(
    (object) => object.odd !== undefined && !desired.objects.has(addressOf(object)),
  );
  const unmanaged = 'it counts as unmanaged and stays as it is';
  return firstFew(odd.map((object) => toWarning(object, unmanaged, remedyOf(object))));
}

/** Warns of odd objects in an export. */
export function warnOfOddExported(chosen: readonly LiveObject[]): Problem[] {
  const odd = chosen.filter((object) => object.odd !== undefined);
  return firstFew(
    odd.map((object) =>
      oddNames(object).length > 0
        ? toWarning(object, 'it is left out', remedyOf(object))
        : toWarning(
            object,
            'it is exported as RabbitMQ takes it',
            'applied to this broker, the export replaces it',
          ),
    ),
  );
}

export function warnOfOddVhosts({ broker }: Live): Problem[] {
  return broker.odd_vhosts.map((name) => ({
    code: 'odd-vhost',
    message: `the name of vhost ${renderJson(name)} is not text: it is left out`,
    hint: 'no client can reach it; to remove it, set up the node again without it',
  }));
}

function toWarning(object: LiveObject, what: string, hint: string): Problem {
  const message = `${renderObject(object)} in vhost ${quote(object.vhost ?? '')} ${renderOdd(object)}: ${what}`;
  return { code: 'odd-object', message, hint };
}

const stored = "RabbitMQ's import stores such values";

function remedyOf(object: LiveObject): string {
  if (isBinding(object))
    return `${stored}; only deleting its source or its destination is sure to remove it`;
  if (oddNames(object).length > 0)
    return `${stored}; no file can declare it, and no client can reach it`;
  return `${stored}; declare the ${object.kind}, and the plan replaces it`;
}

function firstFew(warnings: readonly Problem[]): Problem[] {
  const more = warnings.length - mostNamed;
  if (more <= 0) return [...warnings];
  const message = `${count(more)} more objects have values that can't be used`;
  return [...warnings.slice(0, mostNamed), { code: 'odd-object', message }];
}

/**
 * Refuses to replace an end of a binding that topo could not put back, and to remove a binding from
 * an exchange with an unusable auto_delete: RabbitMQ 3.10 then answers 204, empties the queue at
 * its end, and deletes nothing.
 */
export function guardOdd(changes: readonly Change[], live: Live): Refusal[] {
  const refusals = new Map<Address, Refusal>();
  for (const change of changes) {
    if (change.kind === 'create' || !isBinding(change.before)) continue;
    const refusal = refusalOf(change, change.before, live);
    if (refusal === undefined) continue;
    const address = change.because ?? change.address;
    refusals.set(address, { code: 'odd', address, ...refusal });
  }
  return [...refusals.values()];
}

function refusalOf(
  { kind, because }: Exclude<Change, { kind: 'create' }>,
  binding: Binding,
  live: Live,
): Omit<Refusal, 'code' | 'address'> | undefined {
  if (kind === 'replace' && binding.odd !== undefined) {
    const reason = `its binding ${arrow(binding)} ${renderOdd(binding)}, and could not be put back`;
    return {
      reason,
      hint: 'undo the change, or delete it and that binding yourself, then apply',
    };
  }
  const { source } = endsOf(binding);
  const exchange = live.objects.get(source);
  if (!isExchange(exchange) || !exchange.odd?.has('auto_delete') || because === source)
    return undefined;
  return {
    reason: `exchange ${quote(exchange.name)} ${renderOdd(exchange)}: RabbitMQ fails to unbind from it, yet empties the queue`,
    hint: `declare that exchange, and replace it first: topo apply --target ${exchange.name}`,
  };
}

const arrow = ({ source, destination }: Binding): string => `${source} → ${destination}`;
