// What topo finds in policies, without a broker. That RabbitMQ agrees: policy-keys.broker.test.ts.
import { describe, expect, test } from 'vitest';
import { policyRules, type PolicyFields } from '../../src/topology/policy-rules.ts';
import { idleIn, refusedIn } from '../../src/topology/policy-versions.ts';
import type { Breach } from '../../src/topology/problem.ts';
import { toTable } from '../../src/topology/value.ts';

const policy = (definition: object, more: Partial<PolicyFields> = {}): PolicyFields => ({
  kind: 'policy',
  pattern: '.*',
  'apply-to': 'all',
  definition: toTable(definition),
  ...more,
});
const render = ({ path, message, hint }: Breach) => `${path.join('.')}: ${message} (${hint})`;

describe('in every version', () => {
  const found = (one: PolicyFields) => policyRules.flatMap((rule) => rule(one)).map(render);

  test('a policy without a fault', () => {
    expect(found(policy({ 'max-length': 5, overflow: 'reject-publish' }))).toEqual([]);
  });

  const rows: [title: string, policy: PolicyFields, problems: string[]][] = [
    [
      'a misspelt key',
      policy({ 'max-lenght': 5, 'x-expires': 5, max_length: 5 }),
      [
        'definition.max-lenght: RabbitMQ does not know the policy key "max-lenght" (did you mean max-length?)',
        'definition.x-expires: RabbitMQ does not know the policy key "x-expires" (did you mean expires?)',
        'definition.max_length: RabbitMQ does not know the policy key "max_length" (did you mean max-length?)',
      ],
    ],
    [
      'an unknown key',
      policy({ frobnicate: 5 }),
      [
        'definition.frobnicate: RabbitMQ does not know the policy key "frobnicate" (RabbitMQ refuses it, unless a plugin knows it; remove it)',
      ],
    ],
    [
      'values of a wrong type, or out of bounds',
      policy({
        'max-length': '5',
        expires: 0,
        overflow: 'drop',
        'max-age': '7',
        'stream-filter-size-bytes': 8,
      }),
      [
        'definition.max-length: max-length is the string "5", not a whole number of at least 0 (RabbitMQ refuses it; correct the value, or remove the key)',
        'definition.expires: expires is the number 0, not a whole number of at least 1 (RabbitMQ refuses it; correct the value, or remove the key)',
        'definition.overflow: overflow is the string "drop", not "drop-head", "reject-publish" or "reject-publish-dlx" (RabbitMQ refuses it; correct the value, or remove the key)',
        'definition.max-age: max-age is the string "7", not a time such as "7D" (Y, M, D, h, m or s) (RabbitMQ refuses it; correct the value, or remove the key)',
        'definition.stream-filter-size-bytes: stream-filter-size-bytes is the number 8, not a whole number from 16 to 255 (RabbitMQ refuses it; correct the value, or remove the key)',
      ],
    ],
    [
      'a pattern that does not compile, also in a value',
      policy({ 'federation-upstream-pattern': 'a(' }, { pattern: '^orders)$' }),
      [
        'pattern: "^orders)$" is no regular expression: the ) has no ( (character 8) (RabbitMQ refuses it; a backslash makes a special character stand for itself)',
        'definition.federation-upstream-pattern: federation-upstream-pattern is no regular expression: the ( has no ) (character 2) (RabbitMQ refuses it; correct the value, or remove the key)',
      ],
    ],
    [
      'an empty definition, and a misspelt apply-to',
      policy({}, { 'apply-to': 'queue' }),
      [
        `apply-to: a policy can't apply to "queue" (did you mean queues?)`,
        'definition: the definition is empty (RabbitMQ refuses it; set at least one key, such as max-length)',
      ],
    ],
    [
      'a key that operators may not set',
      policy({ 'dead-letter-exchange': 'dlx', 'max-length': 5 }, { kind: 'operator_policy' }),
      [
        expect.stringContaining(
          `definition.dead-letter-exchange: an operator policy can't set dead-letter-exchange (RabbitMQ refuses it; set it in a policy.`,
        ) as string,
      ],
    ],
    [
      'keys that belong together',
      policy({ 'ha-mode': 'exactly', 'routing-key': 'a', 'delayed-retry-type': 'all' }),
      [
        'definition.ha-mode: ha-mode exactly needs a number as ha-params (RabbitMQ refuses the policy; complete the definition, or remove the key)',
        'definition.routing-key: routing-key needs shards-per-node (RabbitMQ refuses the policy; complete the definition, or remove the key)',
        'definition.delayed-retry-type: delayed-retry-type needs delayed-retry-min (RabbitMQ refuses the policy; complete the definition, or remove the key)',
      ],
    ],
  ];
  test.for(rows)('%s', ([, one, problems]) => {
    expect(found(one)).toEqual(problems);
  });
});

describe('what one version refuses', () => {
  const rows: [version: string, policy: PolicyFields, codes: string[]][] = [
    ['3.13.7', policy({ 'ha-mode': 'all' }), []],
    ['4.0.5', policy({ 'ha-mode': 'all' }), ['policy-key-version']],
    ['4.3.0-rc.1', policy({ 'delayed-retry-min': 5 }), ['policy-key-version']],
    ['4.3.6', policy({ 'delayed-retry-min': 5 }), []],
    ['3.10.8', policy({ 'delivery-limit': -1 }), ['policy-value-version']],
    ['4.0.5', policy({ 'delivery-limit': -1 }), []],
    ['3.10.8', policy({ 'max-length': 5 }, { 'apply-to': 'quorum_queues' }), ['apply-to-version']],
    ['3.12.0', policy({ 'max-length': 5 }, { 'apply-to': 'quorum_queues' }), []],
    [
      '3.11.23',
      policy({ 'queue-version': 2 }, { kind: 'operator_policy' }),
      ['policy-key-version'],
    ],
    ['3.11.24', policy({ 'queue-version': 2 }, { kind: 'operator_policy' }), []],
    ['4.2.7', policy({ 'max-length': 5 }, { pattern: 'é'.repeat(513) }), []],
    ['4.2.8', policy({ 'max-length': 5 }, { pattern: 'é'.repeat(513) }), ['long-pattern']],
    ['4.3.1', policy({ 'max-length': 5 }, { pattern: 'é'.repeat(513) }), []],
    ['4.3.2', policy({ 'max-length': 5 }, { pattern: 'é'.repeat(512) }), []],
  ];
  test.for(rows)('%s: %j', ([version, one, codes]) => {
    expect(refusedIn(version, one).map(({ code }) => code)).toEqual(codes);
  });
});

describe('what one version accepts, but never reads', () => {
  const rows: [version: string, policy: PolicyFields, problems: string[]][] = [
    ['3.10.8', policy({ 'queue-mode': 'lazy' }), []],
    [
      '3.12.0',
      policy({ 'queue-mode': 'lazy' }),
      ['definition.queue-mode: RabbitMQ 3.12.0 ignores queue-mode (remove the key)'],
    ],
    [
      '4.0.5',
      policy({ 'max-length': 5 }, { 'apply-to': 'exchanges' }),
      [
        'definition.max-length: nothing that the policy applies to reads max-length (it is for classic queues, quorum queues; change apply-to, or remove the key)',
      ],
    ],
    [
      '4.0.5',
      policy({ 'max-age': '1D', 'message-ttl': 5 }, { 'apply-to': 'queues' }),
      [
        'definition.max-age: no stream takes a policy with max-age and these other keys (make a policy for each type of queue)',
        'definition.message-ttl: no classic queue or quorum queue takes a policy with message-ttl and these other keys (make a policy for each type of queue)',
      ],
    ],
    ['4.0.5', policy({ 'alternate-exchange': 'a', 'message-ttl': 5 }), []],
    ['3.13.7', policy({ 'queue-leader-locator': 'balanced', expires: 5 }), []],
    [
      '4.3.6',
      policy({ 'queue-master-locator': 'random' }, { 'apply-to': 'queues' }),
      [
        'definition.queue-master-locator: RabbitMQ 4.3.6 refuses queue-master-locator unless its configuration permits it (remove the key, or set deprecated_features.permit.queue_master_locator = true on every node)',
      ],
    ],
    [
      '3.10.8',
      policy({ overflow: 'reject-publish-dlx', 'max-length': 5 }),
      [
        'definition.overflow: quorum queues read "reject-publish-dlx" as "drop-head", and drop messages (use reject-publish, or apply the policy to classic queues only)',
      ],
    ],
    ['4.3.6', policy({ frobnicate: 5 }), []],
    ['4.3.6', policy({ 'message-ttl': 5 }, { 'apply-to': 'qos0_queues' }), []],
  ];
  test.for(rows)('%s: %j', ([version, one, problems]) => {
    expect(idleIn(version, one).map(render)).toEqual(problems);
  });
});
