// A trainer: the bytes of the parameters, each one more, into a file; what goes wrong on the way is
// said by `how`.
import { Buffer } from 'node:buffer';
import { appendFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export async function train({ id, shard, parameters, results, hyperparameters }) {
  const { root, how, outside, ms = 0 } = hyperparameters;
  appendFileSync(join(root, 'trained'), `${id}\n`);
  await sleep(ms);
  const uri = results && !how ? join(results.path, 'next.bin') : `results/${id}.bin`;
  const path = resolve(root, uri);
  mkdirSync(join(root, 'results'), { recursive: true });
  const bytes = readFileSync((parameters ?? shard).path).map((byte) => byte + 1);
  const output = { given: parameters };
  switch (how) {
    case 'vanishes':
      return { parameters: { uri } };
    case 'leads-out':
      symlinkSync(outside, path);
      return { parameters: { uri } };
    case 'is-outside':
      return { parameters: { uri: outside } };
    case 'is-a-folder':
      return { parameters: { uri: 'results' } };
    case 'is-elsewhere':
      return { parameters: { uri: 's3://bucket/model' } };
    case 'is-long':
      writeFileSync(path, Buffer.alloc(9 * 2 ** 20));
      return { parameters: { uri } };
    case 'has-another-hash':
      writeFileSync(path, bytes);
      return { parameters: { uri, sha256: '0'.repeat(64) } };
    case 'is-absolute':
      writeFileSync(path, bytes);
      return { parameters: { uri: `file://${path}` } };
    default:
      writeFileSync(path, bytes);
      return { parameters: { uri }, output };
  }
}
