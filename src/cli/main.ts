#!/usr/bin/env node
// The one boundary: runs the command line, and is the only place that sets the exit code.
import { makeProgram } from './program.ts';
import { openTerminal } from './terminal.ts';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever read along, such as head, has enough.
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

const terminal = openTerminal({
  color: !process.argv.includes('--no-color'),
  quiet: process.argv.includes('--quiet'),
});

try {
  const program = makeProgram(async (verb) => {
    process.exitCode = await verb(terminal);
  });
  await program.parseAsync();
} catch (error) {
  const { explain } = await import('./explain.ts');
  process.exitCode = explain(error, terminal);
}
