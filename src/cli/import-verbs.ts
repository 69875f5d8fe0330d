// The verbs below topo import, one for each tool.
import type { Command } from 'commander';
import { fileToWrite } from './flags.ts';
import type { Tool } from './import-sources.ts';
import type { ImportFlags } from './import.ts';
import { verb, type Run } from './verb.ts';

export function addImport(program: Command, run: Run): void {
  const verbs = program
    .command('import')
    .description('write what another tool manages down as a topology file');
  addTool(verbs, run, {
    tool: 'terraform',
    description: 'of a state of Terraform or OpenTofu',
    argument: '<state>',
    argumentHelp: 'terraform.tfstate, its folder, or - for what terraform state pull prints',
  });
  addTool(verbs, run, {
    tool: 'pulumi',
    description: 'of a Pulumi stack',
    argument: '<stack>',
    argumentHelp: 'what pulumi stack export prints, as a file, or - for stdin',
  });
  addTool(verbs, run, {
    tool: 'kubernetes',
    description: "of resources of RabbitMQ's topology operator",
    argument: '<file...>',
    argumentHelp: 'manifests in YAML or JSON, folders of them, or - for stdin; with their Secrets',
  });
}

interface ToolVerb {
  readonly tool: Tool;
  readonly description: string;
  readonly argument: string;
  readonly argumentHelp: string;
}

function addTool(
  verbs: Command,
  run: Run,
  { tool, description, argument, argumentHelp }: ToolVerb,
): void {
  verb(verbs, tool, `the same ${description}`)
    .argument(argument, argumentHelp)
    .option('--broker <name>', 'which one, if the objects belong to several')
    .addOption(fileToWrite('--output <file>', 'write to a file', '- is stdout'))
    .option('--secrets <file>', 'write the secrets to a new file, as NAME=value lines')
    .action((paths: string | string[], flags: ImportFlags) =>
      run(async (terminal) =>
        (await import('./import.ts')).importFrom(tool, [paths].flat(), flags, terminal),
      ),
    );
}
