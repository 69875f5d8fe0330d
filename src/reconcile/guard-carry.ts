// Refuses to carry a queue over if messages would be lost by it, or if it need not be replaced.
import { count, plural } from '../topology/count.ts';
import { renderJson } from '../topology/json.ts';
import type { Policy } from '../topology/object.ts';
import { isLower, said } from '../topology/queue-loss.ts';
import { quote } from '../topology/quote.ts';
import { Float, type Table, type Value } from '../topology/value.ts';
import { takingKeys, type Carrying } from './carry.ts';
import { limitFor } from './carry-limits.ts';
import { isChosen, type Consents } from './consents.ts';
import { lossFlag } from './loss.ts';
import type { Refusal } from './plan.generated.ts';
import { policyInstead } from './policy-instead.ts';

type Rule = (
  carrying: Carrying,
  consents: Consents,
  version: string,
) => Omit<Refusal, 'address'> | undefined;

/** To add a rule, write a function and list it here. */
const rules: readonly Rule[] = [
  fits,
  staysThere,
  needsNoReplacement,
  waitsInPeace,
  isReachedByExchanges,
];

export function guardCarry(
  all: readonly Carrying[],
  consents: Consents,
  version: string,
): Refusal[] {
  return all.flatMap((carrying) =>
    rules.flatMap((rule) => {
      const refusal = rule(carrying, consents, version);
      return refusal === undefined ? [] : [{ ...refusal, address: carrying.address }];
    }),
  );
}

function needsNoReplacement(
  { address, before, after, was }: Carrying,
  consents: Consents,
  version: string,
) {
  const [applied, ...others] = was;
  if (applied === undefined || others.length > 0 || isChosen(consents.replace, address))
    return undefined;
  const policy = policyInstead(before, after, applied, version);
  if (policy === undefined) return undefined;
  return {
    code: 'policy-instead',
    reason: 'a policy would do it without a replacement',
    hint: `${renderPolicy(policy)} instead of the arguments, or topo apply --replace ${address}`,
  };
}

function renderPolicy({ name, pattern, priority, definition, ...policy }: Policy): string {
  const entry = { name, pattern, 'apply-to': policy['apply-to'], priority };
  return `declare policy ${renderJson({ ...entry, definition: Object.fromEntries(definition) })}`;
}

function waitsInPeace({ hit }: Carrying) {
  if (hit === undefined) return undefined;
  const kind = hit.kind === 'policy' ? 'policy' : 'operator policy';
  const what = [...hit.definition]
    .filter(([key]) => takingKeys.includes(key))
    .map(([key, value]) => `${key} ${renderJson(value)}`);
  return {
    code: 'parking-policy',
    reason: `${kind} ${quote(hit.name)} (${what.join(', ')}) would take messages from the parking queue`,
    hint: `let its pattern, ${quote(hit.pattern)}, not match names that begin with topo.parking., or undo the change`,
  };
}

function fits({ address, ...carrying }: Carrying) {
  const short = limitFor(carrying);
  if (short === undefined) return undefined;
  const { by, drops, room } = short;
  const { messages } = carrying.carry;
  const many = room === undefined ? 'messages' : plural(messages - room, 'message');
  const first = room === undefined ? 'let it run empty' : `drain it to ${count(room)}`;
  return {
    code: drops ? (room === undefined ? 'unknown-loss' : 'messages') : 'too-short',
    reason: drops
      ? `${many} would be dropped by ${by} of the new queue`
      : `the new queue would reject ${many} (${by})`,
    hint: `${first}, raise that limit, or ${lossFlag(address, 'as-shown')}, which loses them all`,
  };
}

/** The new queue may drop messages at once, or expire with them before a consumer subscribes. */
function staysThere({ address, ...carrying }: Carrying) {
  const { messages, consumers } = carrying.carry;
  const by = passing(carrying, consumers);
  if (messages === 0 || by === undefined) return undefined;
  return {
    code: 'messages',
    reason: `${plural(messages, 'message')} would be dropped by ${by} of the new queue`,
    hint: `let it run empty, raise that time, or ${lossFlag(address, 'as-shown')}, which loses them all`,
  };
}

function passing({ was, is }: Pick<Carrying, 'was' | 'is'>, consumers: number) {
  const isNew = (key: string, now: Table) => was.every((old) => isLower(key, old.settings, now));
  const tables = is.map(({ settings }) => settings);
  const atOnce = tables.find((now) => isZero(now.get('message-ttl')) && isNew('message-ttl', now));
  if (atOnce !== undefined) return said('message-ttl', atOnce);
  const unused = tables.find((now) => isNew('expires', now));
  return unused === undefined || consumers > 0 ? undefined : said('expires', unused);
}

const isZero = (value: Value | undefined): boolean =>
  Number(value instanceof Float ? value.value : value) === 0;

/** Its publishers must use the default exchange, which always leads to the queue. */
function isReachedByExchanges({ address, bindings }: Carrying, { directStopped }: Consents) {
  if (bindings > 0 || isChosen(directStopped, address)) return undefined;
  return {
    code: 'direct-publishers',
    reason:
      'no exchange leads to it: what is published straight to it while it is replaced, up to half a second, would be lost',
    hint: `publish through an exchange, or stop its publishers and topo apply --direct-publishers-stopped ${address}`,
  };
}
