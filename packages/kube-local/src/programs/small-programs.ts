import { type ProcessContext, type Program, type Programs, resolvePath } from '@ssc/process';

const unitMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const echo: Program = async (self) => {
  const words = self.argv.slice(1);
  const isOpen = words[0] === '-n';
  self.stdout(`${(isOpen ? words.slice(1) : words).join(' ')}${isOpen ? '' : '\n'}`);
  return 0;
};

const sleep: Program = async (self) => {
  let ms = 0;
  for (const word of self.argv.slice(1)) {
    if (word === 'infinity' || word === 'inf')
      await self.clock.awaiting('sleep infinity', new Promise(() => {}));
    const match = /^(\d+(?:\.\d+)?)([smhd]?)$/u.exec(word);
    if (match === null) {
      self.stderr(`sleep: invalid time interval '${word}'\n`);
      return 1;
    }
    ms += Number(match[1]) * (unitMs[match[2] || 's'] ?? 1000);
  }
  await self.clock.sleep(ms);
  return 0;
};

const date: Program = async (self) => {
  const [format] = self.argv.slice(1).filter((word) => word !== '-u');
  const now = self.clock.now();
  const iso = new Date(now).toISOString();
  if (format === undefined) self.stdout(`${new Date(now).toUTCString()}\n`);
  else if (format === '+%s') self.stdout(`${Math.floor(now / 1000)}\n`);
  else if (format === '+%Y-%m-%dT%H:%M:%SZ') self.stdout(`${iso.slice(0, 19)}Z\n`);
  else {
    self.stderr(`date: the format '${format}' is not known here\n`);
    return 1;
  }
  return 0;
};

const env: Program = async (self) => {
  for (const [name, value] of Object.entries(self.env)) self.stdout(`${name}=${value}\n`);
  return 0;
};

const test: Program = async (self) => {
  const name = self.argv[0] ?? '';
  let words = self.argv.slice(1);
  if (name.endsWith('[')) {
    if (words.at(-1) !== ']') {
      self.stderr(`[: missing ]\n`);
      return 2;
    }
    words = words.slice(0, -1);
  }
  const answer = judge(self, words);
  if (answer !== undefined) return answer ? 0 : 1;
  self.stderr(`${name}: the expression '${words.join(' ')}' is not known here\n`);
  return 2;
};

function judge(self: ProcessContext, words: readonly string[]): boolean | undefined {
  if (words[0] === '!') {
    const inner = judge(self, words.slice(1));
    return inner === undefined ? undefined : !inner;
  }
  const [a = '', b = '', c = ''] = words;
  if (words.length === 0) return false;
  if (words.length === 1) return a !== '';
  if (words.length === 2) {
    const found = self.files.info(resolvePath(b, self.cwd));
    if (a === '-n') return b !== '';
    if (a === '-z') return b === '';
    if (['-e', '-r', '-w', '-x'].includes(a)) return found !== undefined;
    if (a === '-f') return found?.kind === 'file';
    if (a === '-d') return found?.kind === 'folder';
    if (a === '-s') return found !== undefined && found.size > 0;
    return undefined;
  }
  const [x, y] = [Number(a), Number(c)];
  switch (b) {
    case '=':
    case '==':
      return a === c;
    case '!=':
      return a !== c;
    case '-eq':
      return x === y;
    case '-ne':
      return x !== y;
    case '-lt':
      return x < y;
    case '-le':
      return x <= y;
    case '-gt':
      return x > y;
    case '-ge':
      return x >= y;
    default:
      return undefined;
  }
}

/** Programs of a few lines. */
export const smallPrograms: Programs = {
  '[': test,
  date,
  echo,
  env,
  false: async () => 1,
  sleep,
  test,
  true: async () => 0,
};
