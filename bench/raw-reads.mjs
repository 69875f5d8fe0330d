// Parses a YAML file while the broker works on the GETs of a snapshot: raw-reads.mjs VHOST FILE
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { readSnapshot } from './raw-snapshot.mjs';

const [vhost, file] = process.argv.slice(2);
const reading = readSnapshot(vhost);
// By then the requests are sent.
await sleep(5);
parse(readFileSync(file, 'utf8'));
await reading;
