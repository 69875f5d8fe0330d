// The interpreter behind python3: a shim, such as pyenv's, takes longer to start than Python
// itself.
import { execFileSync } from 'node:child_process';

export const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], {
  encoding: 'utf8',
}).trim();

/** The words of a command: Python without site-packages, which starts in a third of the time. */
export const barePython = `'${python}' -S -E`;
