/**
 * Packs every library and looks at it as its users meet it: the rules of publint and arethetypeswrong, and the examples of all
 * READMEs, compiled and run against what was packed, in projects that have nothing of this checkout but third-party packages.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {
  compileExamples,
  extractExamples,
  layOutExamples,
  runExample,
  surroundingsOf,
} from '../src/examples.ts';
import { readRepository, root } from '../src/repository.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'ssc-packed-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

// Another repository may be named, as the test of this script does.
const home = process.argv[2] ?? root;
const { packages, paths, text } = readRepository(home);
const bin = path.join(root, 'node_modules/.bin');
let problems = 0;

/** Takes note of what a check said; silence is good. */
function check(what: string, said: string): void {
  if (said === '') return;
  problems += 1;
  console.log(`${what}\n${said.trimEnd().replaceAll(`${folder}/`, '').replace(/^/gm, '  ')}`);
}

function outputOf(command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
  });
  return status === 0 ? '' : `${stdout}${stderr}` || `${command} ended with ${status}`;
}

execFileSync('pnpm', ['-r', '--filter=./packages/*', 'pack', '--pack-destination', folder], {
  cwd: home,
  stdio: ['ignore', 'ignore', 'inherit'],
});
const unpacked: Record<string, string> = {};
for (const archive of readdirSync(folder).filter((name) => name.endsWith('.tgz'))) {
  const name = archive.replace(/^ssc-/, '').replace(/-\d[^-]*\.tgz$/, '');
  const file = path.join(folder, archive);
  check(`publint ${name}`, outputOf(path.join(bin, 'publint'), ['run', file, '--strict']));
  const attw = ['--profile', 'esm-only', '--format', 'ascii', '--no-emoji', file];
  check(`arethetypeswrong ${name}`, outputOf(path.join(bin, 'attw'), attw));
  const target = path.join(folder, 'unpacked', name);
  mkdirSync(target, { recursive: true });
  execFileSync('tar', ['-xzf', file, '-C', target, '--strip-components=1']);
  unpacked[`@ssc/${name}`] = target;
}

// What a package manager does: each package finds what it depends on, the packed ones among it.
for (const one of packages)
  for (const name of Object.keys({
    ...one.manifest.dependencies,
    ...one.manifest.peerDependencies,
  })) {
    const target = unpacked[name] ?? realpathSync(path.join(home, one.path, 'node_modules', name));
    const link = path.join(unpacked[one.manifest.name] ?? '', 'node_modules', name);
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(target, link);
  }

const projects = packages.map((one) => {
  const file = `${one.path}/README.md`;
  const examples = paths.has(file) ? extractExamples({ path: file, text: text(file) }) : [];
  const { name, installed } = surroundingsOf(home, one, examples);
  const own = Object.keys(installed).map((dependency) => [
    dependency,
    unpacked[dependency] ?? installed[dependency],
  ]);
  return { name, examples, installed: Object.fromEntries(own) };
});
const used = path.join(folder, 'projects');
mkdirSync(used);
const files = layOutExamples(root, used, projects);
// All declarations are looked into, as they are for a user who does not skip them.
const strictly = ['--customConditions', 'null', '--skipLibCheck', 'false'];
check('examples compile', await compileExamples(root, used, strictly));
for (const file of files) check(`example ${path.relative(used, file)}`, await runExample(file, []));

const looked = `${packages.length} packages and ${files.length} examples as packed`;
console.log(`${looked}: ${problems === 0 ? 'no problem' : `${problems} with problems`}`);
process.exitCode = problems === 0 ? 0 : 1;
