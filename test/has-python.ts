// Python comes with the package of RabbitMQ. Core tests need neither: what only Python can show is skipped where it is missing.
import { spawnSync } from 'node:child_process';

export const hasPython = spawnSync('python3', ['-c', '']).status === 0;
