// Enters either program. Scripts often ask for the version, so nothing else is loaded for it.
import { exit } from './exit.ts';
import { readVersion } from './version.ts';

/** Sets the exit code. */
export async function enter(
  load: () => Promise<(argv: readonly string[]) => Promise<number>>,
): Promise<void> {
  listenToStreams();
  if (process.argv.length === 3 && process.argv[2] === '--version') {
    console.log(readVersion());
  } else {
    const run = await load();
    process.exitCode = await orStuck(run(process.argv));
  }
}

/** Node says nothing of a command that waits for what can't come any more, and ends with 13. */
async function orStuck(command: Promise<number>): Promise<number> {
  let onIdle: () => void = () => undefined;
  const stuck = new Promise<number>((resolve) => {
    onIdle = () => {
      process.stderr.write('error: this command waits for something that can no longer happen\n');
      process.stderr.write('  hint: run it again; if it ends the same way, it is a bug in topo\n');
      resolve(exit.error);
    };
  });
  process.once('beforeExit', onIdle);
  try {
    return await Promise.race([command, stuck]);
  } finally {
    process.off('beforeExit', onIdle);
  }
}

/** What is in flight goes on to its end, even if its output is lost. */
function listenToStreams(): void {
  process.stderr.on('error', () => undefined);
  process.stdout.once('error', ({ code = '' }: NodeJS.ErrnoException) => {
    process.stdout.on('error', () => undefined);
    // The reader, such as head, has enough.
    if (code === 'EPIPE') return;
    process.stderr.write(`error: stdout can't be written: ${code}\n`);
    process.stderr.write('  hint: make room there, or redirect it\n');
    process.once('exit', (ended) => {
      // Success turns into "unreported"; failures say more than that output was lost.
      if (ended === exit.done || ended === exit.changes) process.exitCode = exit.error;
    });
  });
}
