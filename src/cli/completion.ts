// topo completion: prints a script that completes verbs, flags and their choices, made from the
// grammar. Where no word of topo's own can follow, the shell offers files.
import type { Command, Option } from 'commander';
import { exit } from './exit.ts';
import type { Terminal } from './terminal.ts';

export type Shell = keyof typeof scripts;

export function completion(shell: Shell, program: Command, terminal: Terminal): Promise<number> {
  terminal.print(scripts[shell](wordsOf(program, '')));
  return Promise.resolve(exit.done);
}

function wordsOf(command: Command, path: string): VerbWords[] {
  const verbs = command.commands.map((verb) => verb.name());
  const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  const flags = [
    ...command.options.filter(({ hidden }) => !hidden).map(flagOf),
    { name: '--help', choices: undefined },
  ];
  const below = command.commands.flatMap((verb) => wordsOf(verb, `${path} ${verb.name()}`.trim()));
  return [{ path, next: [...verbs, ...choices], flags }, ...below];
}

function flagOf({ long, required, argChoices }: Option): VerbWords['flags'][number] {
  return { name: long ?? '', choices: required ? (argChoices ?? []) : undefined };
}

/** The flag whose choices are the files in `environments`, of the folder that the shell is in. */
const environmentFlag = '--environment';
/** Other names of files could hold commands, which shells run when they complete. */
const plainFile = '^[A-Za-z0-9][A-Za-z0-9_-]*\\.yaml$';

/** What may follow a verb. */
interface VerbWords {
  /** Empty for topo itself, `sandbox start` for a verb below another. */
  readonly path: string;
  /** The verbs below it, or the choices of its argument. */
  readonly next: readonly string[];
  /** Undefined: the flag takes no value. Empty: it takes any. */
  readonly flags: readonly { name: string; choices: readonly string[] | undefined }[];
}

const bash = (verbs: readonly VerbWords[]): string => `_topo() {
  local verb='' each next=''
  local word="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  for each in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
${growPath(verbs)}
  done
  # --format=json is three words to bash.
  if [[ $previous == '=' ]]; then previous="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  if [[ $word == '=' ]]; then word=''; fi
${chooseNext(verbs)}
  COMPREPLY=($(compgen -W "$next" -- "$word"))
}
complete -o default -F _topo topo`;

/** Source it after compinit, or keep it as _topo in a folder of fpath. */
const zsh = (verbs: readonly VerbWords[]): string => `#compdef topo
_topo() {
  local verb='' each next='' word="\${words[CURRENT]}" previous="\${words[CURRENT-1]}"
  for each in "\${(@)words[2,CURRENT-1]}"; do
${growPath(verbs)}
  done
  if [[ $word == --*=* ]]; then
    previous="\${word%%=*}" word="\${word#*=}"
    compset -P '*='
  fi
${chooseNext(verbs)}
  if [[ -n $next ]]; then compadd -- \${=next}; else _files; fi
}
if [[ \${funcstack[1]} == _topo ]]; then _topo "$@"; else compdef _topo topo; fi`;

/** For bash and zsh: extends $verb, the path so far, by $each, a word before the cursor. */
function growPath(verbs: readonly VerbWords[]): string {
  const paths = verbs.filter(({ path }) => path !== '').map(({ path }) => `'${path}'`);
  return `    case "\${verb:+$verb }$each" in
      ${paths.join(' | ')}) verb="\${verb:+$verb }$each" ;;
    esac`;
}

/** For bash and zsh: sets $next to what may follow. Flags come last, and only once one is begun. */
function chooseNext(verbs: readonly VerbWords[]): string {
  const cases = verbs.flatMap(({ path, next, flags }) => [
    ...flags.flatMap(({ name, choices = [] }) =>
      choices.length === 0 ? [] : `'${path}:${name}') next='${choices.join(' ')}' ;;`,
    ),
    `'${path}:'*) next='${[...next, ...flags.map(({ name }) => name)].join(' ')}' ;;`,
  ]);
  return `  case "$verb:$previous" in
    ${cases.join('\n    ')}
  esac
  if [[ $previous == ${environmentFlag} ]]; then
    next=''
    for each in $(command ls environments 2>/dev/null); do
      if [[ $each =~ ${plainFile} ]]; then next="$next \${each%.yaml}"; fi
    done
  fi
  if [[ $word != -* ]]; then next=" $next" next="\${next%% --*}" next="\${next# }"; fi`;
}

const fish = (verbs: readonly VerbWords[]): string =>
  verbs.flatMap((verb) => fishLines(verb, verbs)).join('\n');

function fishLines({ path, next, flags }: VerbWords, verbs: readonly VerbWords[]): string[] {
  const complete = `complete -c topo -n '${fishCondition(path, verbs)}'`;
  return [
    ...(next.length === 0 ? [] : [`${complete} -f -a '${next.join(' ')}'`]),
    ...flags.map((flag) => `${complete} -l ${flag.name.slice(2)}${fishValue(flag)}`),
  ];
}

function fishValue({ name, choices }: VerbWords['flags'][number]): string {
  if (name === environmentFlag) return ` -x -a '(${fishEnvironments})'`;
  if (choices === undefined) return '';
  return choices.length === 0 ? ' -r' : ` -x -a '${choices.join(' ')}'`;
}

/** In double quotes of fish, a $ would begin a variable. */
const fishEnvironments = `command ls environments 2>/dev/null | string match -r "${plainFile.replace('$', '\\$')}" | string replace .yaml ""`;

function fishCondition(path: string, verbs: readonly VerbWords[]): string {
  if (path === '') return '__fish_use_subcommand';
  const seen = path.split(' ').map((verb) => `__fish_seen_subcommand_from ${verb}`);
  const below = verbs.filter((verb) => verb.path.startsWith(`${path} `));
  const unseen = below.map((verb) => verb.path.slice(path.length + 1));
  return [...seen, ...unseen.map((verb) => `not __fish_seen_subcommand_from ${verb}`)].join(
    '; and ',
  );
}

const scripts = { bash, zsh, fish };
