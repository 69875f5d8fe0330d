// Recognizes faults of the trainer's own program: unforeseen exceptions. The same one twice ends
// the attempts.
import { hash } from 'node:crypto';

const pythonFrame = /^\s*File ".*", line \d+/m;
const nodeFrame = /^\s*at .*:\d+:\d+\)?$/m;

/** What may pass by itself: files, networks, memory, other users of the GPU. */
const passing =
  /\[Errno |Connection|Timeout|[Tt]imed out|MemoryError|out of memory|OutOfMemory|Interrupt|CUDA|NCCL|\bE(CONN|NO|TIMED|AI_|PIPE|AGAIN|MFILE|HOST|NET)\w*/;

/** Identifies a fault, ignoring memory addresses; undefined for no traceback, or what may pass. */
export function faultIn(trace: string): string | undefined {
  const isPython = pythonFrame.test(trace);
  if (!isPython && !nodeFrame.test(trace)) return undefined;
  const isPlace = (line: string): boolean =>
    isPython ? line.startsWith(' ') : nodeFrame.test(line);
  const words = trace.split('\n').filter((line) => !isPlace(line));
  if (passing.test(words.join('\n'))) return undefined;
  return hash('sha256', trace.replaceAll(/0x[\da-f]+/gi, '0x')).slice(0, 16);
}
