/** The example file, the reference page and the JSON schema, made from the one schema. */
import { stringify } from 'yaml';
import { z } from 'zod';
import { configSchema } from './config-schema.ts';

type Node = {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  properties?: Record<string, Node>;
};

type Key = { path: string[]; node: Node };

const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as Node;

function keys(node: Node = schema, path: string[] = []): Key[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) =>
    child.properties ? keys(child, [...path, name]) : [{ path: [...path, name], node: child }],
  );
}

function valueText(value: unknown): string {
  if (value === undefined) return '';
  return stringify(value, { lineWidth: 0, collectionStyle: 'flow' }).trimEnd();
}

function range({ enum: choices, minimum, maximum, type }: Node): string {
  if (choices) return `one of: ${choices.join(', ')}`;
  if (type === 'integer' && minimum !== undefined && maximum !== undefined)
    return `${minimum} to ${maximum}`;
  return type === 'array' ? 'a list' : (type ?? 'text');
}

/** `config/mitoyen.example.yaml`: every key, commented, with its default. */
export function exampleYaml(): string {
  const lines = [
    '# Mitoyen: every key with its default. Copy to config/mitoyen.yaml and keep what you change.',
    '# Each key can also be set by a variable: MITOYEN_SECTION__KEY (lists as JSON), and',
    '# MITOYEN_SECTION__KEY_FILE reads it from a file. Check with: ./scripts/mitoyen config check',
    '# A line that begins with "#key:" is a default: take the # away to change it.',
    '# Made by "mitoyen config example"; do not edit by hand.',
  ];
  let section = '';
  let part = '';
  for (const { path, node } of keys()) {
    const [first = '', second, third] = path;
    if (second === undefined) lines.push('');
    else if (first !== section) lines.push('', `${first}:`);
    section = second === undefined ? '' : first;
    const indent = second === undefined ? '' : '  ';
    const value = valueText(node.default);
    if (third !== undefined) {
      // A part that is absent as a whole: its keys come with it, so one # is before all of them.
      if (`${first}.${second}` !== part) lines.push(`  #${second}:`);
      part = `${first}.${second}`;
      lines.push(`  #  # ${node.description ?? ''} (${range(node)})`);
      lines.push(`  #  ${third}:${value === '' ? '' : ` ${value}`}`);
      continue;
    }
    lines.push(`${indent}# ${node.description ?? ''} (${range(node)})`);
    lines.push(`${indent}#${path.at(-1)}:${value === '' ? '' : ` ${value}`}`);
  }
  return `${lines.join('\n')}\n`;
}

/** `docs/configuration.md`. */
export function referencePage(): string {
  const rows = keys().map(({ path, node }) => {
    const value = valueText(node.default);
    const cells = [
      `\`${path.join('.')}\``,
      value === '' ? '' : `\`${value}\``,
      range(node),
      node.description ?? '',
      `\`MITOYEN_${path.join('__').toUpperCase()}\``,
    ];
    return `| ${cells.map((cell) => cell.replace(/\|/g, '\\|')).join(' | ')} |`;
  });
  return `# Configuration

Made by \`mitoyen config reference\` from the schema that checks the configuration; do not edit by hand.

The file is \`config/mitoyen.yaml\`, or the one that \`MITOYEN_CONFIG\` names. Every key has a default.
A variable overrides the file: \`MITOYEN_SECTION__KEY\`, lists as JSON; \`MITOYEN_SECTION__KEY_FILE\` names a
file that holds the value (for secrets); \`MITOYEN_DATA_DIR\` sets \`data_dir\`. An unknown key or a bad value
stops the start with the line, the key and the nearest right one (exit code 78); \`mitoyen config check\`
checks without starting, \`mitoyen config print --redacted\` shows what is in force.

| key | default | values | meaning | variable |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

/** `docs/mitoyen.schema.json`: for editors. */
export function jsonSchema(): string {
  return `${JSON.stringify({ title: 'Mitoyen configuration', ...schema }, null, 2)}\n`;
}
