// Refuses the wrong environment before anything is planned: the files say which one they are for.
import type { Desired } from '../topology/desired.ts';
import type { Live } from '../topology/live.ts';
import { InvalidInput, type Problem } from '../topology/problem.ts';
import { quote } from '../topology/quote.ts';

/** The files are right, but for another environment. */
export class WrongEnvironment extends InvalidInput {}

/** Checks, without a broker, that every vhost in the files is one that each file expects. */
export function assertExpectedVhosts(desired: Desired): void {
  refuse(strayVhosts(desired), desired);
}

/** Throws WrongEnvironment unless everything is as the files expect. */
export function assertExpected(desired: Desired, live: Live): void {
  const problems = [
    ...otherClusters(desired, live),
    ...strayVhosts(desired),
    ...missingVhosts(desired, live),
  ];
  refuse(problems, desired);
}

function refuse(problems: readonly Problem[], { sources }: Desired): void {
  if (problems.length > 0) throw new WrongEnvironment(problems, sources);
}

function otherClusters({ expectations }: Desired, { broker }: Live): Problem[] {
  return expectations.flatMap(({ cluster_name: wanted }) => {
    if (wanted === undefined || wanted.value === broker.cluster_name) return [];
    return {
      code: 'wrong-environment',
      message: `the file is for cluster ${quote(wanted.value)}, but this is ${quote(broker.cluster_name)}`,
      hint: 'check RABBITMQ_ENDPOINT and the variables; if this is the right broker, correct expect',
      at: wanted.at,
    };
  });
}

function strayVhosts({ expectations, vhosts }: Desired): Problem[] {
  return expectations.flatMap(({ vhosts: wanted }) =>
    [...vhosts].flatMap(([vhost, { file, line }]) => {
      if (wanted === undefined || wanted.value.includes(vhost)) return [];
      return {
        code: 'wrong-environment',
        message: `the file is for ${listOf(wanted.value)}, but ${file}:${line} is in vhost ${quote(vhost)}`,
        hint: 'check the variables; if this vhost is also right, add it to expect',
        at: wanted.at,
      };
    }),
  );
}

function missingVhosts({ expectations }: Desired, { broker }: Live): Problem[] {
  return expectations.flatMap(({ vhosts: wanted }) =>
    (wanted?.value ?? [])
      .filter((vhost) => !broker.vhosts.has(vhost))
      .map((vhost) => ({
        code: 'wrong-environment',
        message: `the file expects vhost ${quote(vhost)}, which is not on this broker, or this user may not see it`,
        hint: 'check RABBITMQ_ENDPOINT and the user; if this is the right broker, correct expect',
        ...(wanted && { at: wanted.at }),
      })),
  );
}

const listOf = (vhosts: readonly string[]): string =>
  `${vhosts.length === 1 ? 'vhost' : 'vhosts'} ${vhosts.map(quote).join(', ')}`;
