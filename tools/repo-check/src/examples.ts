import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import nodePath from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import type { Finding } from './finding.ts';
import type { Package } from './package-manifest.ts';
import type { TextFile } from './source.ts';

/** A TypeScript example of a document. */
export interface Example {
  readonly path: string;
  /** The line of its first line in the document. */
  readonly line: number;
  readonly code: string;
}

/** The blocks of a Markdown document that are marked as `ts`. */
export function extractExamples({ path, text }: TextFile): Example[] {
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => ({
    path,
    line: text.slice(0, match.index).split('\n').length + 1,
    code: match[1] ?? '',
  }));
}

/** Checks that a package's README begins with its name, then a sentence, and has an example. */
export function checkReadme(file: TextFile, { folder }: Package): Finding[] {
  const [title, blank, sentence] = file.text.split('\n');
  const findings: Finding[] = [];
  if (title !== `# @ssc/${folder}` || blank !== '' || !/^[\w`]/.test(sentence ?? ''))
    findings.push({
      path: file.path,
      line: 1,
      message: `a README begins with "# @ssc/${folder}", an empty line and a sentence that says why the package exists`,
    });
  if (extractExamples(file).length === 0)
    findings.push({ path: file.path, message: 'there is no example: a block marked "ts"' });
  return [...findings, ...checkTense(file)];
}

/** Words of the future tense, and others that promise instead of saying what is. */
const promises =
  /\b(will|going to|(?<!as )soon|upcoming|planned|roadmap|in (the|a) future|not yet (supported|implemented|possible|available))\b/i;

/** Checks that a document, its blocks of code left out, speaks of what is there and promises nothing. */
export function checkTense({ path, text }: TextFile): Finding[] {
  const prose = text.replace(/^```[\s\S]*?^```$/gm, (block) => block.replace(/[^\n]/g, ''));
  return prose.split('\n').flatMap((words, index) => {
    const found = promises.exec(words.replace(/`[^`]*`/g, ''));
    if (found === null) return [];
    const message = `"${found[0]}" promises; documents say what is there`;
    return [{ path, line: index + 1, message }];
  });
}

/** Where an example runs: a project of a user who has installed these packages. */
export interface Surroundings {
  /** Name of the project's folder. */
  readonly name: string;
  readonly examples: readonly Example[];
  /** Installed packages by name, each with the folder it is in. */
  readonly installed: Readonly<Record<string, string>>;
}

/** The project of a user of a package: it has that package and what it depends on. */
export function surroundingsOf(
  root: string,
  owner: Package,
  examples: readonly Example[],
): Surroundings {
  const home = nodePath.join(root, owner.path);
  const installed: Record<string, string> = { [owner.manifest.name]: home };
  for (const name of Object.keys({
    ...owner.manifest.dependencies,
    ...owner.manifest.devDependencies,
  })) {
    const folder = nodePath.join(home, 'node_modules', name);
    if (existsSync(folder)) installed[name] = realpathSync(folder);
  }
  return { name: owner.folder, examples, installed };
}

/** Writes the projects into a folder, each example with as many empty lines before it as its document has. */
export function layOutExamples(
  root: string,
  folder: string,
  all: readonly Surroundings[],
): string[] {
  const options = {
    extends: nodePath.join(root, 'tsconfig.base.json'),
    compilerOptions: {
      noEmit: true,
      allowImportingTsExtensions: true,
      typeRoots: [nodePath.join(root, 'node_modules/@types')],
    },
    include: ['*/*.ts'],
  };
  writeFileSync(nodePath.join(folder, 'tsconfig.json'), JSON.stringify(options));
  return all.flatMap(({ name, examples, installed }) => {
    const project = nodePath.join(folder, name);
    mkdirSync(nodePath.join(project, 'node_modules'), { recursive: true });
    writeFileSync(nodePath.join(project, 'package.json'), '{ "type": "module" }');
    for (const [dependency, target] of Object.entries(installed)) {
      const link = nodePath.join(project, 'node_modules', dependency);
      mkdirSync(nodePath.dirname(link), { recursive: true });
      symlinkSync(target, link);
    }
    return examples.map(({ path, line, code }) => {
      const file = nodePath.join(project, `${path.replaceAll('/', '__')}.${line}.ts`);
      // Without an import or export it would be a script, in which names clash and `await` is refused.
      const module = /^(import|export) /m.test(code) ? '' : '\nexport {};\n';
      writeFileSync(file, '\n'.repeat(line - 1) + code + module);
      return file;
    });
  });
}

const run = promisify(execFile);

/** What the compiler says of the examples in a folder; empty when nothing. */
export async function compileExamples(
  root: string,
  folder: string,
  options: readonly string[] = [],
): Promise<string> {
  const tsc = nodePath.join(root, 'node_modules/.bin/tsc');
  return output(tsc, ['-p', folder, '--pretty', 'false', ...options], folder);
}

/** Runs an example by itself, from sources if not told otherwise; gives what it said if it failed, and nothing if not. */
export async function runExample(
  file: string,
  options: readonly string[] = ['--conditions=@ssc/source'],
): Promise<string> {
  return output(process.execPath, [...options, file], nodePath.dirname(file));
}

async function output(command: string, args: readonly string[], cwd: string): Promise<string> {
  try {
    await run(command, args, { cwd, timeout: 60_000 });
    return '';
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    return `${stdout ?? ''}${stderr ?? ''}` || String(error);
  }
}

/** The packages of a folder of links such as `node_modules`, by name. */
export function listInstalled(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(folder)) {
    if (name.startsWith('.')) continue;
    const inside = name.startsWith('@')
      ? readdirSync(nodePath.join(folder, name)).map((one) => `${name}/${one}`)
      : [name];
    for (const one of inside) found[one] = realpathSync(nodePath.join(folder, one));
  }
  return found;
}
