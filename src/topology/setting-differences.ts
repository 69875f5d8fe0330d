// What RabbitMQ's versions do differently with policies, permissions and vhosts.
import type { Difference, VersionEffect } from './differences.ts';
import type { Permission, TopicPermission, Vhost } from './object.ts';

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
