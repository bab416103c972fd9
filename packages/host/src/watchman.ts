import { type ChildProcess, spawn } from 'node:child_process';
import process from 'node:process';

/** What identifyProcess gives, in a shell: for what was entered by one to be found by the other. */
const identity: Readonly<Record<'linux' | 'others', string>> = {
  linux: `
  [ -r "/proc/$1/stat" ] || return 1
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  rest=\${stat##*) }
  set -- $rest
  echo "$(cat /proc/sys/kernel/random/boot_id 2>/dev/null) \${20}"`,
  others: `
  set -- $(LC_ALL=C TZ=UTC ps -o lstart= -p "$1")
  echo "$*"`,
};

/*
 * Waits until its standard input ends, which is when the process that started it is gone, however it went. Then it ends
 * every process group of the book whose first process is still the one that was entered. A shell takes a megabyte where
 * another Node.js would take forty.
 */
const script = (platform: NodeJS.Platform): string => `
identity() {${identity[platform === 'linux' ? 'linux' : 'others']}
}
tell() {
  for file in "$book"/*; do
    [ -f "$file" ] || continue
    pid=\${file##*/}
    read -r entered <"$file" || continue
    [ "$(identity "$pid")" = "$entered" ] && kill -s "$1" -- "$2$pid" 2>/dev/null
  done
}
book=$1
cat >/dev/null
tell TERM ''
sleep 2
tell KILL -
`;

/** A small process that outlives this one by seconds, to end what was entered into a book of processes. */
export interface Watchman {
  /** Sends it home: nothing is ended. */
  dismiss(): void;
}

/** Sets a watchman over the book in a folder. See openProcessBook. */
export function setWatchman(
  folder: string,
  platform: NodeJS.Platform = process.platform,
): Watchman {
  const command = ['-c', script(platform), 'ssc-watchman', folder];
  const child: ChildProcess = spawn('/bin/sh', command, {
    // In a session of its own, so that Ctrl-C in the terminal does not end it with the driver.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
  });
  child.on('error', () => {});
  child.stdin?.on('error', () => {});
  child.unref();
  (child.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  return {
    dismiss: () => {
      try {
        child.kill('SIGKILL');
      } catch {
        // It has gone by itself.
      }
    },
  };
}
