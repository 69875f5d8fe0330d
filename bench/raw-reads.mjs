// Parses a YAML file while the broker works on the GETs of a snapshot: raw-reads.mjs VHOST FILE
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { read, readSnapshot } from './raw-snapshot.mjs';

const [vhost, file] = process.argv.slice(2);
const reading = readSnapshot(vhost);
// Its answer says that the requests before it are sent.
await read('whoami');
parse(readFileSync(file, 'utf8'));
await reading;
