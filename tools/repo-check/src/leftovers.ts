import type { Finding } from './finding.ts';
import type { TextFile } from './source.ts';

/** What no committed file contains. The words are put together here so that this file does not contain them either. */
const leftovers: readonly { readonly pattern: RegExp; readonly message: string }[] = [
  {
    pattern: new RegExp(
      `\\b(${['TO', 'FIX', 'XX', 'HA', 'TB'].map((start, i) => start + ['DO', 'ME', 'X', 'CK', 'D'][i]).join('|')})\\b`,
    ),
    message: 'is a leftover; open an issue instead',
  },
  { pattern: /^(<{7}|>{7}|\|{7}) /m, message: 'is the mark of a merge conflict' },
  {
    pattern: /\b(test|it|describe)\.only\(|\bdebugger;/,
    message: 'is for the moment of working on a test',
  },
  {
    pattern: /\bhttps?:\/\/[^\s'"<>)]*registry[^\s'"<>)]*|\bhttps?:\/\/[^\s'"<>)]+\.tgz\b/i,
    message: 'is the address of a package registry; whoever installs has one of his own',
  },
  {
    // Not /home/NAME: tests and examples have people in them.
    pattern: /(?<![\w.$}/~-])\/(work|root)\/[\w.-]+/,
    message: 'is a path of one machine',
  },
];

/** Folders whose tests may look for what stands beside the checkout, and skip themselves where it does not. */
const mayLookBeside = /(^|\/)e2e\//;
const beside = new RegExp(`\\.\\./${'shared'}\\b`);

/** Finds leftover marks, registry addresses and paths of one machine in a file. `root` is the checkout's own path. */
export function checkLeftovers({ path, text }: TextFile, root: string): Finding[] {
  const findings: Finding[] = [];
  const add = (found: string, index: number, message: string): void => {
    const line = text.slice(0, index).split('\n').length;
    findings.push({ path, line, message: `"${found.trim()}" ${message}` });
  };
  for (const { pattern, message } of leftovers) {
    const match = pattern.exec(text);
    if (match !== null) add(match[0], match.index, message);
  }
  const own = root.length > 1 ? text.indexOf(`${root}/`) : -1;
  if (own >= 0) add(root, own, 'is the path of this checkout');
  const shared = beside.exec(text);
  if (shared !== null && !mayLookBeside.test(path))
    add(shared[0], shared.index, 'lies outside the repository; only tests in e2e/ look there');
  return findings;
}
