// A command that waits for what nobody will give: Node would end it with 13, and no word.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('a command that can never end says so, and exits 1', async () => {
  const script = new URL('stuck.mjs', import.meta.url).pathname;
  const running = promisify(execFile)(process.execPath, [script]);
  await expect(running).rejects.toMatchObject({
    code: 1,
    stderr: `error: this command waits for something that can no longer happen
  hint: run it again; if it ends the same way, it is a bug in topo
`,
  });
});
