// What a queue makes of its arguments, its policy and its operator policy: the settings that apply.
import { isQueueType, type QueueType } from './known-arguments.ts';
import type { OperatorPolicy, Policy, Queue } from './object.ts';
import { Float, type Table, type Value } from './value.ts';
import { isWithin } from './versions.ts';

/** Which of two values applies. */
type Choice = (policy: Value, argument: Value) => Value;

const policyFirst: Choice = (policy) => policy;
const argumentFirst: Choice = (_, argument) => argument;
const least: Choice = (policy, argument) =>
  toNumber(argument) < toNumber(policy) ? argument : policy;
const greatest: Choice = (policy, argument) =>
  toNumber(argument) > toNumber(policy) ? argument : policy;
/** A negative limit means no limit, and yields to a limit. */
const limit: Choice = (policy, argument) =>
  toNumber(policy) < 0 || toNumber(argument) < 0
    ? greatest(policy, argument)
    : least(policy, argument);

function toNumber(value: Value): number {
  return Number(value instanceof Float ? value.value : value);
}

/** From the source of 3.10 to 4.3. Keys not listed here don't decide what a queue keeps. */
const byArgument: Readonly<Record<QueueType, Readonly<Record<string, Choice>>>> = {
  classic: {
    expires: least,
    'message-ttl': least,
    'max-length': least,
    'max-length-bytes': least,
    overflow: argumentFirst,
    'dead-letter-exchange': argumentFirst,
    'dead-letter-routing-key': argumentFirst,
  },
  quorum: {
    expires: least,
    'message-ttl': least,
    'max-length': least,
    'max-length-bytes': least,
    overflow: policyFirst,
    'delivery-limit': limit,
    'dead-letter-exchange': argumentFirst,
    'dead-letter-routing-key': argumentFirst,
    'dead-letter-strategy': argumentFirst,
  },
  stream: { 'max-length-bytes': policyFirst, 'max-age': policyFirst },
};

/** How an operator policy's value joins that of a policy; else, the operator's applies. */
const byOperator: Readonly<Record<string, Choice>> = {
  expires: least,
  'message-ttl': least,
  'max-length': least,
  'max-length-bytes': least,
  'delivery-limit': limit,
};

/** The keys of `byArgument` that apply to the queue, with their values. */
export function effectiveSettings(
  { type, arguments: table }: Queue,
  policy: Pick<Policy, 'definition'> | undefined,
  operator: Pick<OperatorPolicy, 'definition'> | undefined,
  version: string,
): Table {
  if (!isQueueType(type)) return new Map();
  const settings = new Map<string, Value>();
  for (const [key, choose] of Object.entries(byArgument[type])) {
    const set = join(
      policy?.definition.get(key),
      operator?.definition.get(key),
      byOperator[key] ?? argumentFirst,
    );
    const isOldExpiry =
      key === 'expires' && type === 'quorum' && isWithin(version, { until: '4.0' });
    const value = join(set, table.get(`x-${key}`), isOldExpiry ? policyFirst : choose);
    if (value !== undefined) settings.set(key, value);
  }
  return settings;
}

function join(first: Value | undefined, second: Value | undefined, choose: Choice) {
  if (first === undefined || second === undefined) return first ?? second;
  return choose(first, second);
}
