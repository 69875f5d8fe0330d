// Lets the broker fail while topo applies a plan: it is killed, restarted or frozen.
import { setTimeout as sleep } from 'node:timers/promises';
import { readSandbox } from '../../src/sandbox/record.ts';
import { stopSandbox } from '../../src/sandbox/stop.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { brokerOf } from '../broker-of.ts';
import { api, restartNode } from '../broker.ts';
import { killNode } from '../erlang.ts';
import type { Reached, Way } from './killed-apply.ts';
import { differences, inBed, type KilledPlan, type Whole } from './killed-plans.ts';

/** Sends a signal to the node itself, not to its port mapper. */
function signal({ runner }: Sandbox, name: 'SIGSTOP' | 'SIGCONT'): void {
  if (runner.kind !== 'local') throw new Error('signals need an installed RabbitMQ');
  process.kill(runner.node.pid, name);
}

/** What befalls the node; each ends once it is up again. Until `topo.goOn`, topo is halted. */
export const mishaps = {
  'killed, and back after the run': async (node, topo) => {
    await killNode(node);
    topo.goOn();
    await topo.ended;
    await restartNode(node);
  },
  'killed, and back at once': async (node, topo) => {
    await killNode(node);
    topo.goOn();
    await restartNode(node);
  },
  'stopped and started': async (node, topo) => {
    const stopping = stopSandbox(node);
    await sleep((topo.nth % 4) * 500);
    topo.goOn();
    await stopping;
    await restartNode(node);
  },
  'frozen for a second': async (node, topo) => {
    signal(node, 'SIGSTOP');
    topo.goOn();
    await sleep(1_000);
    signal(node, 'SIGCONT');
  },
  'frozen for longer than topo waits': async (node, topo) => {
    signal(node, 'SIGSTOP');
    topo.goOn();
    await topo.ended;
    signal(node, 'SIGCONT');
  },
} as const satisfies Record<string, (node: Sandbox, topo: Struck) => Promise<unknown>>;

/** A run of topo, and at which of the things that it says it is struck. */
type Struck = Reached & { readonly nth: number };

/** Without the halt, topo would come to its end in the time that it takes to kill a node. */
async function befall(mishap: Mishap, folder: string, topo: Struck): Promise<void> {
  topo.halt();
  // Its process is another after each restart.
  const node = await readSandbox(folder);
  if (node === undefined) throw new Error(`no node in ${folder}`);
  await mishaps[mishap](node, topo);
}

export type Mishap = keyof typeof mishaps;

interface Broken {
  readonly plan: KilledPlan;
  readonly way: Way;
  readonly mishap: Mishap;
  /** At which of the things that topo says. */
  readonly nth: number;
}

/** Codes with which nothing is written, and those that leave it open. */
const [unwritten, open] = [[1, 4, 5], [6]];

/** 4.3.6 lists no queue for half a second after its boot. */
async function isListed(node: Sandbox): Promise<void> {
  const at = brokerOf(node);
  for (let attempt = 0; attempt < 30; attempt++) {
    const listed = await api('GET', 'queues', undefined, at).catch(() => []);
    if ((listed as unknown[]).length > 0) return;
    await sleep(100);
  }
}

/** `wanted`: what stands once the plan is carried out. Says how topo ended, and what is wrong. */
export const applyWhile = (
  { plan, way, mishap, nth }: Broken,
  node: Sandbox,
  wanted: Whole['wanted'],
  folder: string,
): Promise<{ ended: string | undefined; wrong: string[] }> =>
  inBed(plan, { at: brokerOf(node), way, folder }, async (bed) => {
    let befalling: Promise<unknown> | undefined;
    const { ended } = await bed.run({
      point: { nth, place: 'before' },
      instead: (topo) => {
        befalling = befall(mishap, node.folder, { ...topo, nth });
      },
      flags: ['--timeout', mishap.startsWith('frozen') ? '4' : '6'],
    });
    await befalling;
    if (befalling === undefined) return { ended: undefined, wrong: [] };
    await isListed(node);
    const told = `ended with ${ended.code}: ${ended.out}${ended.err}`;
    const found = (await bed.standing()).filter((text) => !text.includes('topo.'));
    const { ended: rest } = await bed.run();
    const wrong = [
      ...judge(ended.code, found, bed.before, wanted).map((text) => `${text} (${told})`),
      ...(rest.code === 0 ? [] : [`the re-run ended with ${rest.code}: ${rest.out}${rest.err}`]),
      ...differences(wanted, await bed.standing()),
    ];
    return { ended: `exit ${ended.code ?? ''}`, wrong };
  });

/** What topo said must be true. */
function judge(
  code: number | null,
  found: readonly string[],
  before: readonly string[],
  wanted: readonly string[],
): string[] {
  if (code === 0) return differences(wanted, found).map((text) => `not done: ${text}`);
  if (code !== null && unwritten.includes(code)) return differences(before, found);
  return code !== null && open.includes(code) ? [] : ['an unexpected code'];
}
