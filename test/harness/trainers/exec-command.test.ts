import { expect, test } from 'vitest';
import { parseCommand } from '../../../src/harness/trainers/exec/command.ts';
import { trainerEnvironment } from '../../../src/harness/trainers/exec/environment.ts';

const commands: [command: string, argv: string[]][] = [
  ['python3 train.py', ['python3', 'train.py']],
  ['  python3   train.py  ', ['python3', 'train.py']],
  [`python3 'my train.py' "a b"`, ['python3', 'my train.py', 'a b']],
  [`python3 '' ""`, ['python3', '', '']],
  [`sh -c 'a | b > c; $d *'`, ['sh', '-c', 'a | b > c; $d *']],
  [`echo "a; b | c * ~"`, ['echo', 'a; b | c * ~']],
  ['a\\ b c\\|d', ['a b', 'c|d']],
  [`--x='y z'`, ['--x=y z']],
  ['a b#c d~e', ['a', 'b#c', 'd~e']],
  [`echo 'it'"'"'s'`, ['echo', "it's"]],
  [`a '\\d' "\\d"`, ['a', '\\d', '\\d']],
  [`a "\\"b\\" \\$c \\\\"`, ['a', '"b" $c \\']],
  [`a '\\' '|'`, ['a', '\\', '|']],
  ['a \\\n b"c\\\nd"', ['a', 'bcd']],
  [`é'ü'"\u{1f600}"`, ['éü\u{1f600}']],
];

test.each(commands)('the words of %s', (command, argv) => {
  expect(parseCommand(command)).toEqual(argv);
});

const refused: [command: string, message: RegExp][] = [
  ...['a | b', 'a; b', 'a && b', 'a > b', 'a < b', 'a &', 'a\nb'].map(
    (command): [string, RegExp] => [command, /^there is no shell here/],
  ),
  ...[
    'a $HOME',
    'a "$HOME"',
    'a `id`',
    'a "`id`"',
    'a $(id)',
    'a "$(id)"',
    'a *.py',
    'a ~',
    'a # b',
  ].map((command): [string, RegExp] => [command, /^there is no shell here/]),
  ['a \\', /^there is no shell here/],
  ["a 'b", /quote is not closed/],
  ['a "b', /quote is not closed/],
  ["it's", /quote is not closed/],
  ['a "b\\"', /quote is not closed/],
  ['', /is empty/],
  ['   ', /is empty/],
  ["''", /is empty/],
];

test.each(refused)('%j is refused', (command, message) => {
  expect(() => parseCommand(command)).toThrow(message);
});

test.each(['RABBITMQ_PASSWORD', 'AMQP_URL', 'TOPO_VAR_x'])('--env %s is refused', (name) => {
  expect(() => trainerEnvironment({ [name]: 'x' }, [name], {})).toThrow(
    /never handed to a trainer/,
  );
});
