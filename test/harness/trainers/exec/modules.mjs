// A module that trains as the task's run says.
import { setTimeout } from 'node:timers';
export async function train(task, { signal, attempt, onProgress }) {
  switch (task.run) {
    case 'echo':
      return { output: { task, attempt } };
    case 'nothing':
      return undefined;
    case 'progress':
      for (let n = 0; n < 1000; n += 1) onProgress({ fraction: n / 1000, metrics: { n } });
      return { samples: 1000 };
    case 'environment':
      return { output: { ...process.env } };
    case 'print':
      console.log('to stdout');
      console.error('to stderr');
      return {};
    case 'poison':
      throw Object.assign(new Error('no columns'), { verdict: 'poison' });
    case 'fatal':
      throw Object.assign(new Error('no GPU'), { verdict: 'fatal' });
    case 'odd-verdict':
      throw Object.assign(new Error('odd'), { verdict: '__proto__' });
    case 'throw':
      throw new TypeError('x is not a function');
    case 'throw-text':
      throw 'just text';
    case 'throw-later':
      setTimeout(() => {
        throw new Error('thrown later');
      });
      return new Promise(() => undefined);
    case 'exit-65':
      return process.exit(65);
    case 'exit-0':
      return process.exit(0);
    case 'spin':
      onProgress({ fraction: 0 });
      for (;;);
    case 'hang':
      onProgress({ fraction: 0 });
      return new Promise(() => undefined);
    case 'obey':
      onProgress({ fraction: 0 });
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve({})));
    case 'cycle': {
      const output = {};
      output.self = output;
      return { output };
    }
    case 'array':
      return [1, 2];
    case 'tensor':
      return new Float32Array(2);
    case 'number':
      return 0.5;
    case 'wrong':
      return { samples: 'many' };
    case 'long':
      return { output: { text: 'x'.repeat(2_000_000) } };
    case 'memory': {
      const all = [];
      for (;;) all.push(new Array(1000).fill(all.length));
    }
    default:
      return { samples: 7 };
  }
}
