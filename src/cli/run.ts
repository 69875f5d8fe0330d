// Runs the command line. The one boundary: turns every error into text and an exit code.
import type { Command } from 'commander';
import { openTerminal } from './terminal.ts';
import type { Run } from './verb.ts';

export async function run(
  argv: readonly string[],
  makeProgram: (run: Run) => Command,
): Promise<number> {
  const terminal = openTerminal({
    color: !argv.includes('--no-color'),
    quiet: argv.includes('--quiet'),
  });
  let code = 0;
  try {
    const program = makeProgram(async (verb) => {
      code = await verb(terminal);
    });
    await program.parseAsync([...argv]);
    return code;
  } catch (error) {
    const { explain } = await import('./explain.ts');
    return explain(error, terminal);
  }
}
