// Parses the flags of topo-harness publish.
import { addressTasks, type Addressing, type Choice } from '../../harness/publish/addressing.ts';
import { checkFile } from '../../harness/publish/check-file.ts';
import { openInput, type Input } from '../../harness/publish/input.ts';
import { sweepInput } from '../../harness/publish/sweep.ts';
import type { Roles } from '../../topology/roles.ts';
import { parseCount, wrongFlag } from '../flags.ts';
import type { HarnessFlags } from './read-harness.ts';
import { readSweep } from './read-sweep.ts';

export interface PublishFlags extends HarnessFlags {
  readonly to?: string;
  readonly roundRobin?: boolean;
  readonly routingKey?: string;
  readonly window: string;
  readonly outbox: string;
  readonly resume?: boolean;
  readonly discard?: boolean;
  readonly sweep?: string;
  readonly ids?: string;
  readonly format: 'text' | 'json';
}

export interface Source {
  readonly tasks: { readonly input: Input; readonly addressing: Addressing };
  /** How many tasks there are, if that can be known. */
  readonly total: number | undefined;
}

export function parseFlags(
  file: string | undefined,
  flags: PublishFlags,
): { choice: Choice; window: number } {
  const choices = choicesOf(flags);
  const contradictions: [boolean, string][] = [
    [choices.length > 1, '--to, --round-robin and --routing-key: each says who gets the tasks'],
    [flags.resume === true && flags.discard === true, '--resume and --discard'],
    [flags.resume === true && file !== undefined, '--resume and a file: it reads no tasks'],
    [flags.resume === true && choices.length > 0, `--resume and ${choices[0]?.flag ?? ''}`],
    [flags.sweep !== undefined && file !== undefined, '--sweep and a file: each is the tasks'],
    [flags.sweep !== undefined && flags.resume === true, '--resume and --sweep: it reads no tasks'],
  ];
  const found = contradictions.find(([isSo]) => isSo)?.[1];
  if (found !== undefined)
    throw wrongFlag(`these do not go together: ${found}`, 'leave one of them out');
  const window = parseCount('--window', flags.window);
  if (window === 0) throw wrongFlag('--window is at least 1', '--window 256');
  return { choice: choices[0]?.choice ?? { kind: 'none' }, window };
}

function choicesOf(flags: PublishFlags): { flag: string; choice: Choice }[] {
  const { to, routingKey, roundRobin } = flags;
  return [
    ...(to === undefined ? [] : [{ flag: '--to', choice: { kind: 'to', worker: to } as const }]),
    ...(roundRobin === true
      ? [{ flag: '--round-robin', choice: { kind: 'round-robin' } as const }]
      : []),
    ...(routingKey === undefined
      ? []
      : [
          {
            flag: '--routing-key',
            choice: { kind: 'routing-key', routing_key: routingKey } as const,
          },
        ]),
  ];
}

/** A file is checked whole. Throws InvalidInput. */
export async function readTasks(
  file: string | undefined,
  { sweep }: Pick<PublishFlags, 'sweep'>,
  roles: Roles,
  choice: Choice,
): Promise<Source> {
  const addressing = addressTasks(roles, choice);
  const input =
    sweep === undefined
      ? await openTasks(file ?? '-')
      : sweepInput(await readSweep(sweep), sweep === '-' ? 'stdin' : sweep);
  const total = input.kind === 'file' ? await checkFile(input, { addressing }) : undefined;
  return { tasks: { input, addressing }, total };
}

async function openTasks(file: string): Promise<Input> {
  if (file === '-' && process.stdin.isTTY) {
    throw wrongFlag('there are no tasks to read', 'name a file of tasks, or pipe them in');
  }
  return openInput(file, process.stdin);
}
