import { type ThisSystem, thisSystem } from './this-system.ts';

/**
 * What tells a process from every other that ever had its number: when it began, and on Linux in which life of the machine.
 * Undefined when there is no such process, or only what is left of one that has ended.
 */
export const identifyProcess = (
  pid: number,
  system: ThisSystem = thisSystem,
): string | undefined =>
  system.platform === 'linux' ? fromProc(pid, system) : fromPs(pid, system);

/** The name may hold spaces and brackets, so the fields are counted from its end: state is the 3rd, the start the 22nd. */
function fromProc(pid: number, { readText }: ThisSystem): string | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const bootId = readText('/proc/sys/kernel/random/boot_id') ?? '';
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : `${bootId.trim()} ${fields[19]}`;
}

/**
 * Each field by an option of its own: BSD takes all that follows the first `=` for a heading, so that `-o stat=,lstart=` would
 * show no start, and every process would look like every other.
 */
function fromPs(pid: number, { ask }: ThisSystem): string | undefined {
  const line = ask('ps', ['-o', 'stat=', '-o', 'lstart=', '-p', String(pid)])?.trim() ?? '';
  const [state = '', ...since] = line.split(/\s+/u);
  // "Mon Nov 23 09:15:42 2026": anything else is no time, and tells nobody from anybody.
  if (state.startsWith('Z') || !/ \d\d:\d\d:\d\d \d{4}$/u.test(since.join(' '))) return undefined;
  return since.join(' ');
}
