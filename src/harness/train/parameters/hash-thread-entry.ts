// The other side of hash-thread.ts.
import { parentPort } from 'node:worker_threads';
import type { Answer, Question } from './hash-thread.ts';
import { hashingHere, type Sha256 } from './hashing.ts';

const hashes = new Map<number, Sha256>();

async function answer({ call, hash, bytes }: Question): Promise<Answer> {
  const sha = hashes.get(hash) ?? hashingHere.begin();
  if (bytes) {
    hashes.set(hash, sha);
    await sha.update(bytes);
    return { call };
  }
  hashes.delete(hash);
  return { call, sha256: await sha.digest() };
}

parentPort?.on('message', (question: Question) => {
  void answer(question).then((answered) => parentPort?.postMessage(answered));
});
