// A fault of the trainer's own program is tried twice; events say that a task is given up.
import { expect, test } from 'vitest';
import { openExecHandler } from '../../../src/harness/trainers/exec/exec-handler.ts';
import { openPerTaskHandler } from '../../../src/harness/trainers/exec/per-task-handler.ts';
import { hardened, layBed, until, type Bed } from '../bed.ts';
import { optionsFor } from './exec/options-for.ts';
import { barePython } from './exec/python.ts';
import { folder } from './exec/trainer.ts';
import { work, type TestWorker } from '../worker-bed.ts';

const helper = optionsFor(`${barePython} '${folder}helper_train.py'`).options;

const publish = (bed: Bed, id: string, run: string): Promise<void> =>
  bed.send(JSON.stringify({ version: 1, id, run }), { messageId: id });

/** Its verdict, attempts and error. */
async function letterOf(bed: Bed): Promise<readonly [unknown, unknown, string]> {
  await until(async () => (await bed.depth('dead')) === 1, 'the dead letter');
  const { headers = {} } = (await bed.take('dead'))?.properties ?? {};
  const error = String(headers['x-topo-error']);
  return [headers['x-topo-verdict'], headers['x-topo-attempt'], error];
}

const isRetried = ({ events }: TestWorker): boolean =>
  events.some((event) => event.kind === 'settled' && event.settled.kind === 'retried');

const forms = [
  [
    '--exec',
    openExecHandler,
    /^twice the same: KeyError: 'loss'\n +File ".*helper_train\.py", line/,
  ],
  ['--exec-per-task', openPerTaskHandler, /^twice the same: the trainer ended with code 1:\n/],
] as const;

test.each(forms)(
  'an exception that comes twice alike, of the next worker too, is not tried a third time: %s',
  async (_, open, error) => {
    const bed = await layBed(hardened);
    await publish(bed, 'bug', 'exception');
    const first = await work(bed, { handlers: [open(helper)] });
    await until(() => isRetried(first), 'the second attempt');
    first.drain();
    await first.ended;
    await work(bed, { handlers: [open(helper)] });
    expect(await letterOf(bed)).toEqual(['poison', 2, expect.stringMatching(error)]);
  },
);

test.each([
  ['what may pass by itself', 'no-file', /^FileNotFoundError: .*\n +File/],
  ['what the program says may pass', 'retryable', /^no memory$/],
  ['another exception each time', 'another-exception', /^KeyError: 3\n/],
])('%s is tried as often as it may be', async (_, run, error) => {
  const bed = await layBed(hardened);
  await publish(bed, 'task', run);
  await work(bed, { handlers: [openExecHandler(helper)] });
  expect(await letterOf(bed)).toEqual(['exhausted', 3, expect.stringMatching(error)]);
});

test('that a task is given up is told, with the reason', async () => {
  const bed = await layBed(hardened);
  const channel = await bed.model.createChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, 'events', 'task.given_up.#');
  const heard: unknown[] = [];
  await channel.consume(queue, (one) => one && heard.push(JSON.parse(one.content.toString())));
  await work(bed, { max_attempts: 1 });
  await bed.publish('retryable-9-a');
  await bed.publish('poison-1');
  await bed.send('{"version":2}', { messageId: 'no-task' });
  await until(() => heard.length === 3, 'the events');
  expect(heard).toMatchObject([
    { task: 'retryable-9-a', attempt: 1, error: 'no retryable-9-a today' },
    { task: 'poison-1', attempt: 1, verdict: 'poison', error: 'no poison-1 today' },
    { task: 'no-task', attempt: 1, error: expect.stringContaining('version') as string },
  ]);
});
