// What RabbitMQ's versions do differently with policies, permissions and parameters.
import { renderJson } from './json.ts';
import type { Difference, Place, VersionEffect } from './differences.ts';
import type { Parameter, Permission, TopicPermission, Vhost } from './object.ts';
import { toPlain, type Table } from './value.ts';

/**
 * Erlang compiles patterns with PCRE up to 27, with PCRE2 since 28: seen with 4.3.6 on Erlang 29.
 */
const onPcre2: readonly VersionEffect[] = [{ effect: 'refused', since: '4.3' }];
const pcre2Hint =
  'with Erlang 28 or newer, a backslash before a letter must have a meaning; remove the backslash';

/** Finds patterns that PCRE2 refuses, and PCRE doesn't, in these fields. */
function patternDifference<T>(...fields: readonly (string & keyof T)[]): Difference<T> {
  return {
    code: 'pcre2-escape',
    effects: onPcre2,
    hint: pcre2Hint,
    find: (object) => {
      for (const field of fields) {
        const escape = meaninglessEscape(String(object[field]));
        if (escape !== undefined) return { path: [field], what: `${escape} in ${field}` };
      }
      return undefined;
    },
  };
}

/** Taken from PUTs of every letter and digit, outside of classes and inside. */
const meaningless = { outside: /[ijmqyFIJMOTY89]/, inside: /[ijmqyzABCFGIJKMORTXYZ]/ };

/** Such as `\j`. Undefined after \Q, which quotes. */
function meaninglessEscape(pattern: string): string | undefined {
  let isInside = false;
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at];
    if (char === '[') isInside = true;
    else if (char === ']') isInside = false;
    if (char !== '\\') continue;
    const next = pattern[++at] ?? '';
    if (next === 'Q') return undefined;
    if (meaningless[isInside ? 'inside' : 'outside'].test(next)) return `\\${next}`;
  }
  return undefined;
}

interface Patterned {
  readonly pattern: string;
}

export const policyDifferences: readonly Difference<Patterned>[] = [patternDifference('pattern')];

export const permissionDifferences: readonly Difference<Permission>[] = [
  patternDifference('configure', 'write', 'read'),
];

export const topicPermissionDifferences: readonly Difference<TopicPermission>[] = [
  patternDifference('write', 'read'),
];

export const vhostDifferences: readonly Difference<Vhost>[] = [
  {
    code: 'vhost-protection',
    effects: [{ effect: 'refused', until: '4.0.6' }],
    find: ({ protected_from_deletion: isProtected }) =>
      isProtected === true
        ? { path: ['protected_from_deletion'], what: 'protected_from_deletion' }
        : undefined,
    hint: 'remove it, or upgrade to 4.0.6 or newer; a protect pattern keeps topo from deleting the vhost',
  },
];

/** Finds a key of an upstream of federation. */
const upstreamKey =
  (key: string) =>
  ({ component, value }: Parameter): Place | undefined => {
    if (component !== 'federation-upstream' || !(value instanceof Map)) return undefined;
    const held = (value as Table).get(key);
    if (held === undefined) return undefined;
    return { path: ['value', key], what: `${key} ${renderJson(toPlain(held))}` };
  };

export const parameterDifferences: readonly Difference<Parameter>[] = [
  {
    code: 'upstream-ha-policy',
    effects: [{ effect: 'refused', since: '3.13.1' }],
    find: upstreamKey('ha-policy'),
    hint: 'remove ha-policy; queue-type: quorum replicates the queue of an upstream',
  },
  {
    code: 'upstream-queue-type',
    effects: [{ effect: 'refused', until: '3.13.1' }],
    find: upstreamKey('queue-type'),
    hint: 'remove queue-type, or upgrade first',
  },
];
