// Appends records to a ledger as fast as it can, several at once, and says which of them are on the
// disk. Killed from outside.
import { writeSync } from 'node:fs';
import { Ledger } from '../../../../unbundled/harness/train/run/ledger.js';

const { ledger, records } = await Ledger.open(process.argv[2]);
const append = async (number) => {
  await ledger.append({ at: number, kind: 'failed', reason: 'x'.repeat(number % 5_000) });
  writeSync(1, `${number}\n`);
};
for (let number = records.length; ; number += 8) {
  await Promise.all(Array.from({ length: 8 }, (_, index) => append(number + index)));
}
