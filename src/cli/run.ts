// Runs the command line. The one boundary: every error becomes text and an exit code here.
import { makeProgram } from './program.ts';
import { openTerminal } from './terminal.ts';

export async function run(argv: readonly string[]): Promise<number> {
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
