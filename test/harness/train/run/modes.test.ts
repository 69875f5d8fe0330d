// Who may read a run: its owner alone; with --group the group may read the parameters, and nothing
// else.
import { chmod, chown, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { renderTensors } from '../../../../src/harness/data/tensors/render.ts';
import type { Job } from '../../../../src/harness/train/job/job.generated.ts';
import { withRunFolder } from '../../../../src/harness/train/run/run-folder.ts';
import { StatusWriter, type Status } from '../../../../src/harness/train/run/status.ts';
import { ownerOnly, sharedWith, type Access } from '../../../../src/disk/access.ts';
import { findGroup } from '../../../../src/disk/group.ts';
import { job as chaosJob } from '../chaos/job.ts';

let folder = '';
/** Of all tests: set-up.ts. */
const usual = 0o022;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-modes-'));
});
afterEach(async () => {
  process.umask(usual);
  await rm(folder, { recursive: true });
});

const job: Job = chaosJob;
const own = process.getegid?.() ?? 0;
const runs = () => join(folder, 'runs');

async function visit(access: Access | undefined, resume: boolean): Promise<void> {
  const request = {
    ...{ runs: runs(), run: 'one', job, resume, ...(access && { access }) },
    resolve: () => Promise.resolve({ shards: [], evaluation: undefined }),
    initial: undefined,
  };
  await withRunFolder(request, async ({ path, ledger, store, timeline }) => {
    await store.take({
      from: { kind: 'base64', text: renderTensors(new Map()).toString('base64'), name: 'nothing' },
    });
    // So that the run is kept.
    await ledger.append({ at: 1, kind: 'failed', reason: 'over' });
    timeline.add({ at: 1, kind: 'coordinator', state: 'ended' });
    const status = new StatusWriter(path, () => undefined);
    status.tell({ run: 'one' } as Status);
    await status.close();
  });
}

/** Of all that is there, by its path: such as 0700. */
async function modes(): Promise<Record<string, string>> {
  const names = await readdir(folder, { recursive: true });
  const found = await Promise.all(
    names.map(async (name) => {
      const { mode, gid } = await stat(join(folder, name));
      const plain = name.replace(/[0-9a-f]{64}/, 'HASH').replace('runs/one/', '');
      return [plain, `0${(mode & 0o777).toString(8)}${gid === own ? '' : ` ${gid}`}`] as const;
    }),
  );
  return Object.fromEntries(found);
}

const files = { 'ledger.jsonl': '0600', 'timeline.jsonl': '0600', 'job.json': '0600' };
const mine = {
  ...{ ...files, 'status.json': '0600', runs: '0700', 'runs/one': '0700' },
  ...{ parameters: '0700', 'parameters/HASH.safetensors': '0600' },
};
const ours = {
  ...{ ...mine, runs: '0750', 'runs/one': '0750' },
  ...{ parameters: '0750', 'parameters/HASH.safetensors': '0640' },
};

test.each(['022', '000', '077'])('under umask %s a run is its owner’s alone', async (mask) => {
  process.umask(mask);
  await visit(undefined, false);
  expect(await modes()).toEqual(mine);
});

test.each(['022', '077'])('under umask %s a group reads the parameters', async (mask) => {
  process.umask(mask);
  await visit(sharedWith(own), false);
  expect(await modes()).toEqual(ours);
});

test('a run that others could read is closed when it is resumed, or opened to the group', async () => {
  process.umask(0o022);
  await visit(undefined, false);
  for (const name of await readdir(folder, { recursive: true }))
    await chmod(join(folder, name), 0o755);
  await visit(undefined, true);
  expect(await modes()).toMatchObject({ 'runs/one': '0700', parameters: '0700' });
  await visit(sharedWith(own), true);
  const { runs: kept, ...others } = await modes();
  expect(kept).toBe('0755');
  expect(others).toMatchObject({
    ...{ 'runs/one': '0750', parameters: '0750', 'parameters/HASH.safetensors': '0640' },
  });
});

test.skipIf(process.geteuid?.() !== 0)('the group gets what is shared, and no more', async () => {
  await mkdir(runs(), { mode: 0o700 });
  await writeFile(join(runs(), 'mine'), 'x', { mode: 0o600 });
  const gid = await findGroup('daemon');
  await visit(sharedWith(gid), false);
  const shared = { runs: `0750 ${gid}`, 'runs/one': `0750 ${gid}`, parameters: `0750 ${gid}` };
  expect(await modes()).toEqual({
    ...{ ...ours, ...shared, 'runs/mine': '0600' },
    'parameters/HASH.safetensors': `0640 ${gid}`,
  });
  await chown(runs(), 0, own);
  await chmod(runs(), 0o700);
  await visit(ownerOnly, true);
  expect(await modes()).toMatchObject({ runs: '0700', 'runs/one': `0700 ${gid}` });
});

test('a group that is not there is told', async () => {
  await expect(findGroup('no-such-group')).rejects.toThrow('there is no group "no-such-group"');
  await expect(findGroup('--help')).rejects.toThrow('there is no group "--help"');
  expect(await findGroup('7')).toBe(7);
});
