// Checks for Python, which comes with RabbitMQ's package. Core tests need neither: those that use
// Python are skipped without it.
import { spawnSync } from 'node:child_process';

export const hasPython = spawnSync('python3', ['-c', '']).status === 0;
