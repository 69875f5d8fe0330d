// Refuses the wrong environment before anything is planned: the files say which one they are for.
import { addressOfVhost } from '../topology/address.ts';
import type { ChosenEnvironment, Desired, Expectation } from '../topology/desired.ts';
import type { Live } from '../topology/live.ts';
import { InvalidInput, type Problem } from '../topology/problem.ts';
import { quote } from '../topology/quote.ts';
import { compareVersions } from '../topology/version.ts';
import type { PlanDocument } from './plan.generated.ts';

/** The files are right, but for another environment. */
export class WrongEnvironment extends InvalidInput {}

/** Checks, without a broker, that every vhost in the files is one that each file expects. */
export function assertExpectedVhosts(desired: Desired): void {
  refuse(strayVhosts(desired), desired);
}

/** Throws WrongEnvironment unless everything is as the files expect. */
export function assertExpected(desired: Desired, live: { readonly broker: Identity }): void {
  const problems = [
    ...otherClusters(desired, live),
    ...olderVersions(desired, live),
    ...strayVhosts(desired),
    ...missingVhosts(desired, live),
  ];
  refuse(problems, desired);
}

/** The same of what a broker says when a connection opens: its vhosts it doesn't say. */
export function assertExpectedBroker(desired: Desired, broker: Greeting): void {
  refuse([...otherClusters(desired, { broker }), ...olderVersions(desired, { broker })], desired);
}

type Greeting = Pick<Live['broker'], 'cluster_name' | 'version'>;

/** Which broker it is, and the vhosts that the user may see. */
export type Identity = Pick<Live['broker'], 'cluster_name' | 'version' | 'vhosts'>;

/** The same for a saved plan, whose vhosts were checked when it was made. */
export function assertStillExpected(
  { expect = [] }: Pick<PlanDocument, 'expect'>,
  live: { readonly broker: Identity },
): void {
  const saved = { expectations: expect.map(toExpectation) };
  const problems = [
    ...otherClusters(saved, live),
    ...olderVersions(saved, live),
    ...missingVhosts(saved, live),
  ];
  if (problems.length > 0) throw new WrongEnvironment(problems);
}

/** What a saved plan keeps of the expectations. */
export function toExpected({ expectations }: Expecting): NonNullable<PlanDocument['expect']> {
  return expectations.flatMap(({ cluster_name, min_version, vhosts }) => {
    const source = (cluster_name ?? min_version ?? vhosts)?.at;
    if (source === undefined) return [];
    return {
      ...(cluster_name && { cluster_name: cluster_name.value }),
      ...(min_version && { min_version: min_version.value }),
      ...(vhosts && { vhosts: [...vhosts.value] }),
      source,
    };
  });
}

export const toEnvironment = ({
  name,
  endpoint_env,
}: ChosenEnvironment): NonNullable<PlanDocument['environment']> => ({
  name,
  ...(endpoint_env && { endpoint_env: endpoint_env.value }),
});

function toExpectation(saved: NonNullable<PlanDocument['expect']>[number]): Expectation {
  const at = saved.source;
  const placed = <T>(value: T | undefined) => (value === undefined ? undefined : { value, at });
  return {
    cluster_name: placed(saved.cluster_name),
    min_version: placed(saved.min_version),
    vhosts: placed(saved.vhosts),
  };
}

type Expecting = Pick<Desired, 'expectations'> & Partial<Pick<Desired, 'objects'>>;

function refuse(problems: readonly Problem[], { sources }: Desired): void {
  if (problems.length > 0) throw new WrongEnvironment(problems, sources);
}

function otherClusters({ expectations }: Expecting, { broker }: { broker: Greeting }): Problem[] {
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

function olderVersions({ expectations }: Expecting, { broker }: { broker: Greeting }): Problem[] {
  return expectations.flatMap(({ min_version: wanted }) => {
    if (wanted === undefined || compareVersions(broker.version, wanted.value) >= 0) return [];
    return {
      code: 'wrong-environment',
      message: `the file is for RabbitMQ ${wanted.value} and later, but this is ${broker.version}`,
      hint: 'check RABBITMQ_ENDPOINT and the variables; if this is the right broker, upgrade it or correct expect',
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

function missingVhosts(
  { expectations, objects }: Expecting,
  { broker }: { broker: Identity },
): Problem[] {
  return expectations.flatMap(({ vhosts: wanted }) =>
    (wanted?.value ?? [])
      .filter((vhost) => !broker.vhosts.has(vhost) && objects?.has(addressOfVhost(vhost)) !== true)
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
