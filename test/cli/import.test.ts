// topo import on the command line: what it reads, what it prints, where secrets go.
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { atEnd } from '../at-end.ts';
import type { Ended } from './call.ts';
import { callTopo } from './topo.ts';

const cases = new URL('../import/cases/', import.meta.url).pathname;
const state = readFileSync(join(cases, 'terraform/everything/terraform.tfstate'), 'utf8');

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'topo-import-'));
  atEnd(() => rmSync(folder, { recursive: true }));
  return folder;
}

const topo = (folder: string, args: string[], stdin?: string): Promise<Ended> =>
  callTopo(['import', ...args], folder, {}, Readable.from(stdin === undefined ? [] : [stdin]));

const modeOf = (file: string): string => (statSync(file).mode & 0o777).toString(8);

describe('what it reads', () => {
  test('a folder has its state in terraform.tfstate', async () => {
    const folder = makeFolder();
    await cp(join(cases, 'terraform/workers'), folder, { recursive: true });
    const { code, out, err } = await topo(folder, ['terraform', '.']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('# Imported from . by topo import terraform.\nvhost: /\n');
  });

  test('- is stdin', async () => {
    const { code, out } = await topo(makeFolder(), ['terraform', '-'], state);
    expect(code).toBe(0);
    expect(out).toContain('vhost: tf-shop');
  });

  test('a folder without a state says where it may be', async () => {
    const folder = makeFolder();
    const first = await topo(folder, ['terraform', '.']);
    expect([first.code, first.out]).toEqual([3, '']);
    expect(first.err).toContain('there is no terraform.tfstate in .');
    expect(first.err).toContain('terraform state pull | topo import terraform -');
    await mkdir(join(folder, 'terraform.tfstate.d'));
    expect((await topo(folder, ['terraform', '.'])).err).toContain('name the state of one');
  });

  test('what is wrong with a file names the file', async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'x.tfstate'), '{"version": 4, "password": "s3cr3t');
    const { code, err } = await topo(folder, ['terraform', 'x.tfstate']);
    expect(code).toBe(3);
    expect(err).toContain('x.tfstate: the state is not JSON');
    expect(err).not.toContain('s3cr3t');
  });

  test('a state without anything of RabbitMQ is no topology', async () => {
    const empty = JSON.stringify({ version: 4, terraform_version: '1.11.4', resources: [] });
    const { code, err } = await topo(makeFolder(), ['terraform', '-'], empty);
    expect(code).toBe(3);
    expect(err).toContain("there is nothing of RabbitMQ's in -");
  });
});

describe('where secrets go', () => {
  const all = ['terraform', 'x.tfstate', '--output', 'topology.yaml', '--secrets', 'secrets.env'];
  function inFolder(): string {
    const folder = makeFolder();
    writeFileSync(join(folder, 'x.tfstate'), state);
    return folder;
  }

  test('only into the file that --secrets names, for this user only', async () => {
    const folder = inFolder();
    const { code, out, err } = await topo(folder, all);
    expect([code, out]).toEqual([0, '']);
    expect(err).toBe(
      'wrote 9 secrets to secrets.env: set -a; . ./secrets.env; set +a\nwrote topology.yaml\n',
    );
    expect(modeOf(join(folder, 'secrets.env'))).toBe('600');
    const written = readFileSync(join(folder, 'secrets.env'), 'utf8');
    expect(written).toContain("USER_TF_APP_PASSWORD='s3cr$t&'\\''x'\n");
    const file = readFileSync(join(folder, 'topology.yaml'), 'utf8');
    for (const secret of ['s3cr$t', 'fedpass', 'shovelpass', 'otherpass', 'pass-daily'])
      expect(file + err).not.toContain(secret);
  });

  test('without --secrets nowhere', async () => {
    const { out, err } = await topo(inFolder(), ['terraform', 'x.tfstate']);
    expect(err).toBe(
      'the file reads the variables USER_TF_APP_PASSWORD, USER_TF_REPORT_DAILY_PASSWORD, USER_TF_REPORT_WEEKLY_PASSWORD, UPSTREAM_PLAIN_URI, SHOVEL_DRAIN_SRC_URI and 4 more: --secrets FILE writes their values\n',
    );
    expect(out).not.toContain('fedpass');
  });

  test('never over a file that is there, nor through a link', async () => {
    const folder = inFolder();
    writeFileSync(join(folder, 'secrets.env'), 'mine');
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'link'));
    for (const name of ['secrets.env', 'link']) {
      const args = [...all.slice(0, -1), name];
      const { code, out, err } = await topo(folder, args);
      expect([code, out]).toEqual([3, '']);
      expect(err).toContain(`--secrets ${name}: the file exists already, and is never overwritten`);
      expect(err).toContain('hint: name another one, or remove it first');
    }
    expect(readFileSync(join(folder, 'secrets.env'), 'utf8')).toBe('mine');
    expect(() => statSync(join(folder, 'topology.yaml'))).toThrow('ENOENT');
    expect(() => statSync(join(folder, 'elsewhere'))).toThrow('ENOENT');
  });

  test('not at all if there are none', async () => {
    const folder = makeFolder();
    const workers = join(cases, 'terraform/workers');
    const { code, err } = await topo(folder, ['terraform', workers, '--secrets', 'secrets.env']);
    expect(code).toBe(0);
    expect(err).toBe('no secret is known, so secrets.env is not written\n');
    expect(() => statSync(join(folder, 'secrets.env'))).toThrow('ENOENT');
  });
});
