// The store of parameters, and the folder of a run around it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chooseRun } from '../../../../src/cli/harness/train-flags.ts';
import { abandonFolder } from '../../../../src/harness/train/shell/abandon.ts';
import type { Job } from '../../../../src/harness/train/job/job.generated.ts';
import { isRunOver, listRuns } from '../../../../src/harness/train/run/list-runs.ts';
import { ParameterStore } from '../../../../src/harness/train/parameters/parameter-store.ts';
import type { LedgerRecord } from '../../../../src/harness/train/model/records.ts';
import {
  withRunFolder,
  type RunFolder,
  type RunRequest,
} from '../../../../src/harness/train/run/run-folder.ts';
import { makeRunId } from '../../../../src/harness/train/model/run-id.ts';
import type { Stored } from '../../../../src/harness/train/model/unit.ts';
import { readProcessId } from '../../../../src/disk/pid.ts';
import { hashOf, put, textModel } from './model-files.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-store-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const one = textModel('the first model');
const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

describe('the store', () => {
  let store: ParameterStore;
  beforeEach(async () => {
    store = await ParameterStore.open(join(folder, 'parameters'));
  });

  test('gives back what was put, in a file of its hash', async () => {
    const stored = await put(store, one);
    expect(stored).toEqual({ sha256: hashOf(one), bytes: one.length });
    expect(await store.get(stored)).toEqual(one);
    expect(store.pathOf(stored)).toBe(join(folder, `parameters/${hashOf(one)}.safetensors`));
    expect(await store.list()).toEqual([hashOf(one)]);
  });

  test('stores once what comes twice, at the same time too', async () => {
    await Promise.all([put(store, one), put(store, one)]);
    const later = await ParameterStore.open(join(folder, 'parameters'));
    await put(later, one);
    expect(await readdir(join(folder, 'parameters'))).toEqual([`${hashOf(one)}.safetensors`]);
  });

  test('says that a file was damaged, and writes it anew when it is put again', async () => {
    const stored = await put(store, one);
    await writeFile(store.pathOf(stored), 'the firzt model');
    await expect(store.get(stored)).rejects.toThrow(/is damaged: it does not hold/);
    await expect(store.check(stored)).rejects.toThrow(/is damaged: it does not hold/);
    expect(await store.takeAgain(stored.sha256, {})).toBeUndefined();
    expect(await store.get(await put(store, one))).toEqual(one);
  });

  test('says that a file is missing', async () => {
    await expect(store.get({ sha256: hashOf(one) })).rejects.toThrow(/can't be read: ENOENT/);
    await expect(store.check({ sha256: hashOf(one) })).rejects.toThrow(/can't be read: ENOENT/);
  });

  test('forgets what is dropped', async () => {
    const stored = await put(store, one);
    await store.drop(stored.sha256);
    await store.drop(stored.sha256);
    expect(await store.list()).toEqual([]);
  });

  test('removes what a crash left half written', async () => {
    await writeFile(join(folder, 'parameters/x.tmp'), 'half');
    await ParameterStore.open(join(folder, 'parameters'));
    expect(await readdir(join(folder, 'parameters'))).toEqual([]);
  });

  test('tells of a disk that takes nothing, with what to do', async () => {
    await rm(join(folder, 'parameters'), { recursive: true });
    await writeFile(join(folder, 'parameters'), '');
    const expected = { name: 'DiskError', code: 'ENOTDIR' };
    await expect(put(store, one)).rejects.toMatchObject(expected);
  });
});

const job: Job = {
  ...{ version: 1, name: 'digits', shards: ['a.npz'], rounds: 2, local_steps: 5, seed: 0 },
  ...{ allow_hosts: [], model: { hyperparameters: { hidden: 64 } }, heartbeat: '1s' },
  ...{ outer_optimizer: { kind: 'average', learning_rate: 0.7, momentum: 0.9 } },
  ...{ weight: 'samples', completion: { shards: 'all' }, straggler_factor: 1.5, max_failures: 3 },
  ...{ store: { kind: 'shared' }, checkpoints: { keep: 3 } },
};
const shards = [{ uri: 'a.npz', sha256: hashOf(one) }];

describe('a run', () => {
  const request = (more: Partial<RunRequest> = {}): RunRequest => ({
    ...{ runs: join(folder, 'runs'), run: 'digits-1', job, resume: false, initial: undefined },
    resolve: () => Promise.resolve({ shards, evaluation: undefined }),
    ...more,
  });
  const begin = async (use: (opened: RunFolder) => Promise<void> = () => Promise.resolve()) =>
    withRunFolder(request(), use);
  const kindsOf = (records: readonly LedgerRecord[]): string[] => records.map(({ kind }) => kind);
  const resume = (more: Partial<RunRequest> = {}): Promise<string[]> =>
    withRunFolder(
      request({
        resume: true,
        resolve: () => Promise.reject(new Error('resolved again')),
        ...more,
      }),
      ({ records }) => Promise.resolve(kindsOf(records)),
    );
  const end = (record: LedgerRecord): Promise<void> => begin(({ ledger }) => ledger.append(record));
  const finished: LedgerRecord = {
    ...{ at: 9, kind: 'finished', why: 'rounds' },
    parameters: { sha256: hashOf(one), bytes: 1 },
  };

  test('begins with its shards and its job, and is resumed with them', async () => {
    await begin(({ records, shards: found, path }) => {
      expect(records).toMatchObject([{ kind: 'began', run: 'digits-1', rounds: 2, shards }]);
      expect(found).toEqual(shards);
      expect(path).toBe(join(folder, 'runs/digits-1'));
      return Promise.resolve();
    });
    expect(JSON.parse(await readFile(join(folder, 'runs/digits-1/job.json'), 'utf8'))).toEqual(job);
    expect(await resume()).toEqual(['began', 'resumed']);
    expect(await resume()).toEqual(['began', 'resumed', 'resumed']);
  });

  test('measures what it measured when it began, whatever became of the file', async () => {
    const evaluation = { uri: 'test.npz', sha256: hashOf(one) };
    const resolve = () => Promise.resolve({ shards, evaluation });
    await withRunFolder(request({ resolve }), () => Promise.resolve());
    const changed = { ...evaluation, sha256: hashOf(Buffer.from('changed')) };
    const again = { resume: true, resolve: () => Promise.resolve({ shards, evaluation: changed }) };
    const found = await withRunFolder(request(again), (opened) => Promise.resolve(opened));
    expect(found).toMatchObject({ shards, evaluation });
  });

  test('has the parameters that its job names, once', async () => {
    const initial = (store: ParameterStore): Promise<Stored> => put(store, one);
    await withRunFolder(request({ initial }), async ({ records, store }) => {
      expect(kindsOf(records)).toEqual(['began', 'initial']);
      expect(await store.list()).toEqual([hashOf(one)]);
    });
    expect(await resume({ initial })).toEqual(['began', 'initial', 'resumed']);
  });

  test.each<[what: string, more: Partial<RunRequest>]>([
    ['whose shards can not be found', { resolve: () => Promise.reject(new Error('no file')) }],
    ['whose first parameters are none', { initial: () => Promise.reject(new Error('no file')) }],
  ])('%s leaves nothing behind', async (_, more) => {
    const beginning = withRunFolder(request(more), () => Promise.resolve());
    await expect(beginning).rejects.toThrow('no file');
    expect(await listRuns(join(folder, 'runs'))).toEqual([]);
    expect(await isThere(join(folder, 'runs/digits-1'))).toBe(false);
  });

  test('that failed before its first result leaves nothing behind, and one that failed later stays', async () => {
    const refused = begin(() => Promise.reject(new Error('another coordinator')));
    await expect(refused).rejects.toThrow('another coordinator');
    expect(await isThere(join(folder, 'runs/digits-1'))).toBe(false);
    const late = begin(async ({ ledger }) => {
      await ledger.append({ at: 2, kind: 'failed', reason: 'x' });
      throw new Error('no room');
    });
    await expect(late).rejects.toThrow('no room');
    expect(await listRuns(join(folder, 'runs'))).toMatchObject([{ run: 'digits-1' }]);
  });

  test('that was stopped before it began is begun when it is resumed', async () => {
    await mkdir(join(folder, 'runs/digits-1'), { recursive: true });
    await writeFile(join(folder, 'runs/digits-1/ledger.jsonl'), '{"at":1,"kind":"beg');
    const resolve = request().resolve;
    expect(await resume({ resolve })).toEqual(['began']);
  });

  test.each([
    ['not finished', undefined, 'there already, and not finished', /^go on with it: --resume/],
    [
      'failed',
      { at: 9, kind: 'failed', reason: 'x' } as const,
      'there already, and failed',
      /^go on/,
    ],
    ['finished', finished, 'there already, and finished', /^give the new run another id/],
  ])('does not begin where one is that is %s', async (_, record, message, hint) => {
    if (record) await end(record);
    else await begin();
    await expect(begin()).rejects.toMatchObject({
      message: expect.stringContaining(message) as string,
      hint: expect.stringMatching(hint) as string,
    });
  });

  test('that is finished stays as it is', async () => {
    await end(finished);
    expect(await resume()).toEqual(['began', 'finished']);
  });

  test('is not resumed with a job that makes another model, and says what differs', async () => {
    await begin();
    const model = { hyperparameters: { hidden: 32, deep: true } };
    await expect(resume({ job: { ...job, rounds: 3, model } })).rejects.toThrow(
      'run digits-1 began with another job: model.hyperparameters.deep is true, and was not there; ' +
        'model.hyperparameters.hidden is 32, and was 64; rounds is 3, and was 2',
    );
  });

  test('is resumed with a job that makes the same model another way', async () => {
    await begin();
    const patient = { ...job, max_failures: 9, heartbeat: '5s', checkpoints: { keep: 1 } };
    expect(await resume({ job: patient })).toEqual(['began', 'resumed']);
    const kept = await readFile(join(folder, 'runs/digits-1/job.json'), 'utf8');
    expect(JSON.parse(kept)).toEqual(patient);
  });

  test('that is not there is not resumed, and the one that was meant is named', async () => {
    await expect(resume()).rejects.toMatchObject({ hint: 'begin one without --resume' });
    await begin();
    await expect(resume({ run: 'digits-2' })).rejects.toMatchObject({
      ...{ message: `there is no run digits-2 in ${join(folder, 'runs')}` },
      hint: 'did you mean digits-1?',
    });
    await expect(resume({ run: 'other-7' })).rejects.toMatchObject({
      hint: 'begin one without --resume',
    });
    expect(await readdir(join(folder, 'runs'))).toEqual(['digits-1']);
  });

  test('is chosen to be resumed where it is of the same job, and not over', async () => {
    const runs = join(folder, 'runs');
    const chosen = (name: string): Promise<string> => chooseRun({ runs, resume: true }, { name });
    const other = request({ run: 'digits-of-another', job: { ...job, name: 'another' } });
    await withRunFolder(other, () => Promise.resolve());
    await expect(chosen('digits')).rejects.toThrow(
      `there is no run of the job digits to resume in ${runs}`,
    );
    await begin();
    expect(await chosen('digits')).toBe('digits-1');
    await withRunFolder(request({ run: 'mine' }), () => Promise.resolve());
    expect(await chosen('digits')).toBe('mine');
    for (const run of ['mine', 'digits-1'])
      await abandonFolder(join(runs, run), run, {
        clean: () => Promise.resolve(),
        onFault: () => undefined,
      });
    await expect(chosen('digits')).rejects.toThrow(
      `there is no run of the job digits to resume in ${runs}: the newest, mine, was given up`,
    );
    expect(await chosen('another')).toBe('digits-of-another');
    await expect(resume()).rejects.toMatchObject({
      message: "run digits-1 was given up, and can't be gone on with",
      hint: 'begin another run: the same command without --run and --resume',
    });
  });

  test('has one coordinator', async () => {
    await begin(async () => {
      await expect(resume()).rejects.toThrow(
        `another coordinator (pid ${process.pid}) is on run digits-1`,
      );
    });
  });

  test('of a coordinator that was killed is free', async () => {
    await begin();
    const coordinator = spawn('sleep', ['60'], { stdio: 'ignore' });
    await once(coordinator, 'spawn');
    const { pid = 0 } = coordinator;
    const lock = join(folder, 'runs/digits-1/lock');
    await writeFile(lock, JSON.stringify(await readProcessId(pid)));
    await expect(resume()).rejects.toThrow(`another coordinator (pid ${pid})`);
    coordinator.kill('SIGKILL');
    await once(coordinator, 'close');
    expect(await resume()).toEqual(['began', 'resumed']);
  });

  test.each(['', '.', '..', 'a/b', '-a', 'a b', 'a'.repeat(101), 'é'])(
    'has no id such as %j',
    async (run) => {
      const beginning = withRunFolder(request({ run }), () => Promise.resolve());
      await expect(beginning).rejects.toThrow("can't be the id of a run");
    },
  );

  test('is listed, the newest first, with how it ended', async () => {
    const runs = join(folder, 'runs');
    expect(await listRuns(runs)).toEqual([]);
    await end(finished);
    await withRunFolder(request({ run: 'digits-2' }), () => Promise.resolve());
    await mkdir(join(runs, 'no-run'));
    const found = (await listRuns(runs)).map(({ run, state }) => [run, state]);
    expect(found).toEqual([
      ['digits-2', 'open'],
      ['digits-1', 'finished'],
    ]);
    const over = ['digits-1', 'digits-2', 'unknown', '../digits-1'];
    expect(await Promise.all(over.map((run) => isRunOver(runs, run)))).toEqual([
      ...[true, false, false, false],
    ]);
  });
});

test('a run is named after its job and the time in UTC', () => {
  const now = new Date('2026-11-23T09:30:05.123Z');
  expect(makeRunId('digits', now)).toBe('digits-20261123-093005');
});
