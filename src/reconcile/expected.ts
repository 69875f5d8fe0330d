// The environment that files are meant for: the wrong one is refused before anything is planned.
import type { Desired } from '../topology/desired.ts';
import type { Live } from '../topology/live.ts';
import { InvalidInput, type Problem } from '../topology/problem.ts';
import { quote } from '../topology/quote.ts';

/** The files are right, and this is not where they belong. */
export class WrongEnvironment extends InvalidInput {}

/** What needs no broker: every vhost that the files write is expected by each of them. */
export function assertExpectedVhosts(desired: Desired): void {
  refuse(strayVhosts(desired), desired);
}

/** Throws WrongEnvironment unless all holds that the files expect. */
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
      message: `the file is for cluster ${quote(wanted.value)}, and this is ${quote(broker.cluster_name)}`,
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
        message: `the file is for ${listOf(wanted.value)}, and ${file}:${line} is in vhost ${quote(vhost)}`,
        hint: 'check the variables; if this vhost is right, too, add it to expect',
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
