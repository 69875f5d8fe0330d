// topo completion: a script that completes verbs and flags, made from the grammar itself.
import type { Command } from 'commander';
import { exit } from './exit.ts';
import type { Terminal } from './terminal.ts';

export type Shell = 'bash' | 'zsh' | 'fish';

export function completion(shell: Shell, program: Command, terminal: Terminal): Promise<number> {
  terminal.print(scripts[shell](wordsOf(program, [])));
  return Promise.resolve(exit.done);
}

/** The words that may follow each path of verbs: `sandbox start` → its flags. */
function wordsOf(command: Command, path: readonly string[]): Map<string, string[]> {
  const flags = command.options.flatMap(({ long }) => long ?? []);
  const verbs = command.commands.map((verb) => verb.name());
  const own = new Map([[path.join(' '), [...verbs, ...flags, '--help']]]);
  const below = command.commands.flatMap((verb) => [...wordsOf(verb, [...path, verb.name()])]);
  return new Map([...own, ...below]);
}

type Words = ReadonlyMap<string, readonly string[]>;

const scripts: Record<Shell, (words: Words) => string> = {
  bash: (words) => `${bash(words)}\ncomplete -o default -F _topo topo`,
  zsh: (words) =>
    `#compdef topo\nautoload -Uz bashcompinit && bashcompinit\n${scripts.bash(words)}`,
  fish: (words) => fish(words).join('\n'),
};

function bash(words: Words): string {
  const verbs = [...words.keys()].filter((path) => path !== '').map((path) => `'${path}'`);
  const cases = [...words].map(([path, next]) => `    '${path}') words='${next.join(' ')}' ;;`);
  return `_topo() {
  local path='' word words=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in ${verbs.join('|')}) path="\${path:+$path }$word" ;; esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}`;
}

function fish(words: Words): string[] {
  return [...words].flatMap(([path, next]) =>
    next.map((word) => `complete -c topo -n '${fishCondition(path, words)}' ${fishWord(word)}`),
  );
}

function fishCondition(path: string, words: Words): string {
  if (path === '') return '__fish_use_subcommand';
  const seen = path.split(' ').map((verb) => `__fish_seen_subcommand_from ${verb}`);
  const below = [...words.keys()].filter((other) => other.startsWith(`${path} `));
  const unseen = below.map((other) => other.slice(path.length + 1));
  return [...seen, ...unseen.map((verb) => `not __fish_seen_subcommand_from ${verb}`)].join(
    '; and ',
  );
}

const fishWord = (word: string): string =>
  word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`;
