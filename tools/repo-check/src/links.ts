import type { Finding } from './finding.ts';
import type { TextFile } from './source.ts';

/** Checks that the links of a document to other files of the repository lead somewhere. Addresses on the network are left alone. */
export function checkLinks({ path, text }: TextFile, paths: ReadonlySet<string>): Finding[] {
  const prose = text.replace(/^```[\s\S]*?^```$/gm, (block) => block.replace(/[^\n]/g, ''));
  return [...prose.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].flatMap((match) => {
    const target = match[1] ?? '';
    if (/^[a-z]+:/.test(target)) return [];
    const resolved = new URL(target, `file:///${path}`).pathname.slice(1).replace(/\/$/, '');
    const there = paths.has(resolved) || [...paths].some((one) => one.startsWith(`${resolved}/`));
    if (there) return [];
    const line = prose.slice(0, match.index).split('\n').length;
    return [{ path, line, message: `the link to ${target} leads nowhere` }];
  });
}
