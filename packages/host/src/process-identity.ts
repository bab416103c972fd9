import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * What tells a process from every other that ever had its number: when it began, and in which life of the machine.
 * Undefined when there is no such process, or only what is left of one that has ended. On Linux from /proc, elsewhere by ps.
 */
export function identifyProcess(pid: number): string | undefined {
  const stat = readProc(`/proc/${pid}/stat`);
  if (stat !== undefined) return identityOf(stat, readProc('/proc/sys/kernel/random/boot_id'));
  if (readProc('/proc/self/stat') !== undefined) return undefined;
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    const [state = '', ...since] = line.split(/\s+/u);
    return state === '' || state.startsWith('Z') ? undefined : since.join(' ');
  } catch {
    return undefined;
  }
}

/** The name may hold spaces and brackets, so the fields are counted from its end: state is the 3rd, the start the 22nd. */
function identityOf(stat: string, bootId = ''): string | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : `${bootId.trim()} ${fields[19]}`;
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
