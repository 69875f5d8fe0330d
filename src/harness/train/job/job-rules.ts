// Rules for a job that its schema can't express. Each looks at what the file gives; all problems
// are reported together.
import { isRecord } from '../../../topology/json.ts';
import type { Problem } from '../../../topology/problem.ts';
import { oneOf, quote } from '../../../topology/quote.ts';
import { parseMilliseconds } from '../../duration.ts';
import { inexactNumbers } from '../../inexact-numbers.ts';
import { isAllowedHost } from '../../data/shard/allowed-hosts.ts';

export interface JobProblem extends Omit<Problem, 'at'> {
  readonly path: readonly (string | number)[];
}

type Fields = Readonly<Record<string, unknown>>;
type Rule = (job: Fields) => JobProblem[];

/** `given`: as the file has it, before defaults; fields may be missing, and of any type. */
export const jobProblems = (given: Fields): JobProblem[] => rules.flatMap((rule) => rule(given));

const rules: readonly Rule[] = [
  /** The average has no settings: someone who gives some means another optimizer. */
  function settingsOfAverage({ outer_optimizer }) {
    const { kind = 'average', ...settings } = fieldsOf(outer_optimizer);
    if (kind !== 'average') return [];
    return ['learning_rate', 'momentum']
      .filter((name) => name in settings)
      .map((name) => ({
        code: 'unused-field',
        message: `outer_optimizer.${name} has no meaning for the average`,
        hint: 'remove it, or write kind: nesterov',
        path: ['outer_optimizer', name],
      }));
  },

  /** The coordinator sets them for every task. */
  function reservedHyperparameters({ model }) {
    const hyperparameters = fieldsOf(fieldsOf(model)['hyperparameters']);
    return ['local_steps', 'evaluate']
      .filter((name) => name in hyperparameters)
      .map((name) => ({
        code: 'reserved-hyperparameter',
        message: `the hyperparameter ${name} is set by the coordinator`,
        hint:
          name === 'local_steps' ? 'write local_steps: … in the job itself' : 'name it otherwise',
        path: ['model', 'hyperparameters', name],
      }));
  },

  function heartbeatOutOfRange({ heartbeat }) {
    const isDuration = typeof heartbeat === 'string' && /^\d+(\.\d+)?(ms|s|m|h)$/.test(heartbeat);
    if (!isDuration || parseMilliseconds(heartbeat) !== undefined) return [];
    return [
      {
        code: 'wrong-value',
        message: `heartbeat must be above 0 and at most 24 days, not ${quote(heartbeat)}`,
        hint: 'write what the workers were started with, such as 1s',
        path: ['heartbeat'],
      },
    ];
  },

  function badHosts({ allow_hosts }) {
    return listOf(allow_hosts).flatMap((host, index) =>
      typeof host !== 'string' || isAllowedHost(host)
        ? []
        : [
            {
              code: 'wrong-value',
              message: `allow_hosts[${index}] ${quote(host)} is no host, address or network`,
              hint: `write ${oneOf(['data.example.com', 'data.example.com:8443', '10.0.0.5', '10.0.0.0/8'])}`,
              path: ['allow_hosts', index],
            },
          ],
    );
  },

  function schemesOfShards({ shards, evaluation }) {
    const entries: [unknown, JobProblem['path']][] = [
      ...listOf(shards).map((shard, index): [unknown, JobProblem['path']] => [
        shard,
        ['shards', index],
      ]),
      [fieldsOf(evaluation)['shard'], ['evaluation', 'shard']],
    ];
    return entries.flatMap(([entry, path]) => {
      const uri = typeof entry === 'string' ? entry : fieldsOf(entry)['uri'];
      const scheme =
        typeof uri === 'string' ? /^([a-z][a-z0-9+.-]*):\/\//i.exec(uri)?.[1] : undefined;
      if (scheme === undefined || ['http', 'https', 'file'].includes(scheme.toLowerCase()))
        return [];
      return [
        {
          code: 'wrong-value',
          message: `a shard can't have the scheme ${scheme}:`,
          hint: 'name a path, a glob, or an http: or https: URI',
          path: typeof entry === 'string' ? path : [...path, 'uri'],
        },
      ];
    });
  },

  /** Beyond 2^53 a number would not be what the file says. */
  function inexactHyperparameters({ model }) {
    return inexactNumbers(fieldsOf(model)['hyperparameters'], ['model', 'hyperparameters']);
  },
];

const fieldsOf = (value: unknown): Fields => (isRecord(value) ? value : {});

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
