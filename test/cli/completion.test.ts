// The completion script, in a real bash: what it offers for the last word of a line.
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { callTopo } from './topo.ts';

const { out: script } = await callTopo(['completion', 'bash'], '.', {});

/** `words` as bash splits the line; the cursor is at the end of the last. */
function complete(...words: string[]): string[] {
  return completeIn('.', ...words);
}

function completeIn(cwd: string, ...words: string[]): string[] {
  const press = `COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _topo; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const args = ['--norc', '-uc', `${script}\n${press}`, 'bash', ...words];
  return execFileSync('bash', args, { encoding: 'utf8', cwd })
    .split('\n')
    .filter((word) => word !== '');
}

describe('bash is offered', () => {
  const rows: [string, string[], string[]][] = [
    [
      'the verbs',
      ['topo', ''],
      [
        'init',
        'validate',
        'render',
        'plan',
        'show',
        'apply',
        'destroy',
        'export',
        'check-upgrade',
        'output',
        'import',
        'move',
        'migrate',
        'sandbox',
        'completion',
      ],
    ],
    ['a verb that is begun', ['topo', 'pl'], ['plan']],
    ['topo’s own flags', ['topo', '-'], ['--version', '--help']],
    ['the flags of a verb', ['topo', 'sandbox', 'stop', '-'], flags('name', 'delete')],
    ['a flag that is begun', ['topo', 'plan', 'a.yaml', '--fo'], ['--format']],
    ['the verbs below a verb', ['topo', 'sandbox', ''], ['start', 'stop', 'status', 'run']],
    ['the choices of a flag', ['topo', 'plan', '--only', ''], ['create', 'update', 'delete']],
    ['those of the same verb', ['topo', 'export', '--format', ''], ['yaml', 'definitions']],
    ['a choice that is begun', ['topo', 'plan', '--format', 'm'], ['markdown']],
    ['how a saved plan is shown', ['topo', 'show', '--format', ''], ['text', 'json', 'markdown']],
    ['files for the plan to show', ['topo', 'show', ''], []],
    ['choices behind a =', ['topo', 'apply', '--format', '='], ['text', 'json']],
    ['a choice behind a =', ['topo', 'apply', '--format', '=', 'j'], ['json']],
    ['the choices of an argument', ['topo', 'completion', ''], ['bash', 'zsh', 'fish']],
    ['files where a verb takes them', ['topo', 'plan', ''], []],
    ['files for a flag that takes one', ['topo', 'plan', '--out', ''], []],
    ['files for what looks like a verb', ['topo', 'plan', 'sand'], []],
  ];
  test.each(rows)('%s', (_, words, offered) => {
    expect(complete(...words)).toEqual(offered);
  });

  test('the environments beside the topology, and none whose name could be a command', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'topo-completion-'));
    try {
      await mkdir(join(folder, 'environments'));
      for (const name of ['prod.yaml', 'dev.yaml', 'README.md', '$(touch ran).yaml', '`id`.yaml'])
        await writeFile(join(folder, 'environments', name), '');
      expect(completeIn(folder, 'topo', 'plan', '--environment', '')).toEqual(['dev', 'prod']);
      expect(completeIn(folder, 'topo', 'apply', '--environment', 'p')).toEqual(['prod']);
      expect(await readdir(folder)).toEqual(['environments']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('files, where topo has nothing to offer', () => {
    const asked = execFileSync('bash', ['--norc', '-c', `${script}\ncomplete -p topo`]);
    expect(asked.toString()).toBe('complete -o default -F _topo topo\n');
  });
});

function flags(...own: string[]): string[] {
  return ['quiet', 'no-color', ...own, 'help'].map((name) => `--${name}`);
}
