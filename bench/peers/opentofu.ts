// Creates, plans and deletes queues with bindings: topo against OpenTofu with the RabbitMQ provider.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { alternate, freshVhost, median, renderMedians, time, topo, type Bench } from '../bench.ts';
import type { Figure } from '../main.ts';
import { yamlOf } from '../topologies.ts';
import { ask, locate } from './locate.ts';

const small = 300;
const rounds = 5;
/** OpenTofu takes up to ten minutes to create so many: once. */
const large = 3_000;

/** What is done to one topology with one tool; seconds each. */
interface Contender {
  create(): Promise<number>;
  plan(): Promise<number>;
  remove(): Promise<number>;
}

export async function benchOpentofu(bench: Bench): Promise<Figure[]> {
  const tofu = locate('tofu', 'TOFU');
  const provider = locate('terraform-provider-rabbitmq', 'TOFU_PROVIDER');
  if (tofu === undefined || provider === undefined) return [];
  console.log(/OpenTofu v\S+/.exec(ask(tofu, 'version'))?.[0]);
  const env = {
    ...bench.env,
    TF_CLI_CONFIG_FILE: join(bench.folder, 'tofurc'),
    HOME: bench.folder,
  };
  const overrides = `dev_overrides { "cyrilgdn/rabbitmq" = "${dirname(provider)}" }`;
  await writeFile(
    env.TF_CLI_CONFIG_FILE,
    `provider_installation {\n  ${overrides}\n  direct {}\n}\n`,
  );
  const tofuOf = (count: number, style: Style) =>
    withTofu({ ...bench, env }, { tofu, count, style });
  return [
    ...(await compareSmall(await withTopo(bench, small), {
      OpenTofu: await tofuOf(small, 'references'),
      'OpenTofu written for speed': await tofuOf(small, 'speed'),
    })),
    ...(await compareLarge(await withTopo(bench, large), await tofuOf(large, 'speed'))),
  ];
}

async function compareSmall(
  own: Contender,
  others: Readonly<Record<string, Contender>>,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [name, other] of Object.entries(others)) {
    const times = await alternate(rounds, {
      'topo create': () => own.create(),
      'tofu create': () => other.create(),
      'topo plan': () => own.plan(),
      'tofu plan': () => other.plan(),
      'topo delete': () => own.remove(),
      'tofu delete': () => other.remove(),
    });
    const figure = (what: 'create' | 'plan' | 'delete'): Figure => ({
      name: `${what} ${small} queues + ${small} bindings: ${name} / topo`,
      value: median(times[`tofu ${what}`]) / median(times[`topo ${what}`]),
      ...{ unit: '', detail: `${renderMedians(times)}, medians of ${rounds}` },
    });
    figures.push(figure('create'), figure('plan'), figure('delete'));
  }
  return figures;
}

async function compareLarge(own: Contender, other: Contender): Promise<Figure[]> {
  const created = [await own.create(), await other.create()] as const;
  const plans = await alternate(rounds, { topo: () => own.plan(), tofu: () => other.plan() });
  const figure = (what: string, topo: number, tofu: number, how: string): Figure => ({
    name: `${what} ${large} queues + ${large} bindings: OpenTofu written for speed / topo`,
    ...{ value: tofu / topo, unit: '' },
    detail: `topo ${topo.toFixed(2)} s, tofu ${tofu.toFixed(2)} s, ${how}`,
  });
  return [
    figure('create', ...created, 'once'),
    figure('plan', median(plans.topo), median(plans.tofu), `medians of ${rounds}`),
  ];
}

async function withTopo(bench: Bench, count: number): Promise<Contender> {
  const vhost = `topo-${count}`;
  const [full, none] = ['full', 'none'].map((name) => join(bench.folder, `${vhost}-${name}.yaml`));
  await freshVhost(bench, vhost);
  await writeFile(full ?? '', yamlOf(vhost, count));
  await writeFile(none ?? '', `vhost: ${vhost}\nmanage: all\n`);
  const run = (...args: string[]) => time(topo(...args), bench.env);
  return {
    create: () => run('apply', full ?? '', '--yes', '--quiet'),
    plan: () => run('plan', full ?? '', '--detailed-exitcode'),
    remove: () =>
      run('apply', none ?? '', '--yes', '--quiet', '--allow-deletes', String(3 * count)),
  };
}

/**
 * With references from binding to queue and exchange, as in the provider's manual; or with names,
 * `depends_on` and 64 requests at a time.
 */
type Style = 'references' | 'speed';

async function withTofu(
  bench: Bench,
  { tofu, count, style }: { tofu: string; count: number; style: Style },
): Promise<Contender> {
  const name = `tofu-${style}-${count}`;
  const folder = join(bench.folder, name);
  await freshVhost(bench, name);
  await mkdir(folder);
  await writeFile(join(folder, 'main.tf'), hclOf(name, count, style));
  const run = (...args: string[]) => time([tofu, `-chdir=${folder}`, ...args], bench.env);
  const parallel = style === 'references' ? [] : ['-parallelism=64'];
  const write = ['-auto-approve', '-input=false', ...parallel];
  return {
    create: () => run('apply', ...write),
    plan: () => run('plan', '-detailed-exitcode', '-input=false', ...parallel),
    remove: () => run('destroy', ...write),
  };
}

/** The topology of yamlOf. */
function hclOf(vhost: string, count: number, style: Style): string {
  const exchanges = 10;
  const ends =
    style !== 'speed'
      ? `source      = rabbitmq_exchange.exchange[count.index % ${exchanges}].name
  destination = rabbitmq_queue.queue[count.index].name`
      : `source      = "exchange.\${count.index % ${exchanges}}"
  destination = "orders.region.queue.\${count.index}"
  depends_on  = [rabbitmq_exchange.exchange, rabbitmq_queue.queue]`;
  return `terraform {
  required_providers {
    rabbitmq = { source = "cyrilgdn/rabbitmq" }
  }
}
provider "rabbitmq" {}
resource "rabbitmq_exchange" "exchange" {
  count = ${exchanges}
  name  = "exchange.\${count.index}"
  vhost = "${vhost}"
  settings {
    type    = "topic"
    durable = true
  }
}
resource "rabbitmq_queue" "queue" {
  count = ${count}
  name  = "orders.region.queue.\${count.index}"
  vhost = "${vhost}"
  settings {
    durable = true
  }
}
resource "rabbitmq_binding" "binding" {
  count            = ${count}
  vhost            = "${vhost}"
  ${ends}
  destination_type = "queue"
  routing_key      = "region.\${count.index}.#"
}
`;
}
