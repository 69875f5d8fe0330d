// Checks the arrows between the rooms, and that any module was looked at.
import { spawnSync } from 'node:child_process';

const run = spawnSync(
  'npx',
  ['depcruise', 'src', 'test', '--config', '--output-type', 'err-long'],
  {
    encoding: 'utf8',
  },
);
process.stdout.write(run.stdout + run.stderr);
const modules = Number(/(\d+) modules/.exec(run.stdout)?.[1] ?? 0);
if (modules === 0) console.error('check-layers: no module was cruised');
process.exitCode = run.status || (modules === 0 ? 1 : 0);
