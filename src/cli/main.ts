#!/usr/bin/env node
// The entry. The version is asked for by scripts, often, so nothing else is loaded for it.
import { readVersion } from './version.ts';

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever read along, such as head, has enough; what is under way goes on to its end.
    if (error.code !== 'EPIPE') throw error;
  });
}

if (process.argv.length === 3 && process.argv[2] === '--version') {
  console.log(readVersion());
} else {
  const { run } = await import('./run.ts');
  process.exitCode = await run(process.argv);
}
