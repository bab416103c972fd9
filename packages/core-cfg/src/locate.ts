import { formatPath, type PathStep } from './problem.ts';

/** Line and column, both from 1; columns count UTF-16 units. */
export interface TomlPlace {
  readonly line: number;
  readonly column: number;
}

/** Where each key and each value of a TOML text begins; `path` has the keys and indices that lead there. */
export interface TomlPlaces {
  key(path: readonly PathStep[]): TomlPlace | undefined;
  value(path: readonly PathStep[]): TomlPlace | undefined;
}

/**
 * Finds the places of all keys in a TOML text. It never fails: what it can't read it skips up to the next line. The
 * meaning comes from the real parser; this only tells where things stand, and is asked only when there is a problem.
 */
export function locateToml(text: string): TomlPlaces {
  const reader = new Reader(text);
  reader.read();
  return {
    key: (path) => reader.placeOf(reader.keys.get(formatPath(path))),
    value: (path) => reader.placeOf(reader.values.get(formatPath(path))),
  };
}

/** No key of core lies deeper; what does is not looked into. */
const deepest = 20;

/** The header of a table counts as its key. A path that occurs twice keeps its first place. */
class Reader {
  readonly keys = new Map<string, number>();
  readonly values = new Map<string, number>();
  /** How many elements each array of tables has so far. */
  readonly #lengths = new Map<string, number>();
  readonly #text: string;
  /** Where each line begins. */
  readonly #lines = [0];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
      this.#lines.push(at + 1);
    }
  }

  placeOf(offset: number | undefined): TomlPlace | undefined {
    if (offset === undefined) return undefined;
    let [low, high] = [0, this.#lines.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#lines[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#lines[low] ?? 0) + 1 };
  }

  read(): void {
    let table: PathStep[] = [];
    for (;;) {
      this.#skip(/[\s]*(?:#[^\n]*\s*)*/uy);
      if (this.#at >= this.#text.length) return;
      if (this.#text[this.#at] === '[') table = this.#header() ?? table;
      else this.#pair(table);
      this.#skip(/[^\n]*/uy);
    }
  }

  #header(): PathStep[] | undefined {
    const start = this.#at;
    const isArray = this.#text.startsWith('[[', this.#at);
    this.#at += isArray ? 2 : 1;
    const names = this.#dottedKey();
    if (names.length === 0 || names.length > deepest) return undefined;
    const path: PathStep[] = [];
    names.forEach((name, i) => {
      path.push(name);
      const known = this.#lengths.get(formatPath(path));
      if (i < names.length - 1 && known !== undefined) path.push(known - 1);
    });
    if (isArray) {
      const name = formatPath(path);
      if (!this.keys.has(name)) this.#note(this.keys, path, start);
      const index = this.#lengths.get(name) ?? 0;
      this.#lengths.set(name, index + 1);
      path.push(index);
    }
    this.#note(this.keys, path, start);
    this.#note(this.values, path, start);
    return path;
  }

  #pair(table: readonly PathStep[]): void {
    const start = this.#at;
    const names = this.#dottedKey();
    if (names.length === 0 || names.length > deepest) return;
    const path = [...table, ...names];
    for (let i = table.length + 1; i <= path.length; i++) {
      this.#note(this.keys, path.slice(0, i), start);
    }
    this.#skip(/[ \t]*/uy);
    if (this.#text[this.#at] !== '=') return;
    this.#at++;
    this.#skip(/[ \t]*/uy);
    this.#value(path);
  }

  #dottedKey(): string[] {
    const names: string[] = [];
    for (;;) {
      this.#skip(/[ \t]*/uy);
      const name = this.#keyPart();
      if (name === undefined) return names;
      names.push(name);
      this.#skip(/[ \t]*/uy);
      if (this.#text[this.#at] !== '.') return names;
      this.#at++;
    }
  }

  #keyPart(): string | undefined {
    const quoted = this.#skip(/"(?:\\.|[^"\\\n])*"|'[^'\n]*'/uy);
    if (quoted === '') return this.#skip(/[A-Za-z0-9_-]+/uy) || undefined;
    if (quoted.startsWith("'")) return quoted.slice(1, -1);
    try {
      return JSON.parse(quoted) as string;
    } catch {
      return quoted.slice(1, -1);
    }
  }

  #value(path: PathStep[]): void {
    this.#note(this.values, path, this.#at);
    if (path.length > deepest) return;
    const opening = this.#text[this.#at];
    if (opening === '[') this.#array(path);
    else if (opening === '{') this.#inlineTable(path);
    else if (opening === '"' || opening === "'") {
      this.#skip(
        /"""(?:\\[\s\S]|[^\\])*?"""(?!")|'''[\s\S]*?'''(?!')|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|["']/uy,
      );
    } else this.#skip(/[^,\]}#\n]*/uy);
  }

  #array(path: PathStep[]): void {
    this.#at++;
    for (let index = 0; ; index++) {
      this.#skip(/\s*(?:#[^\n]*\s*)*/uy);
      if (this.#ended(']')) return;
      const before = this.#at;
      this.#value([...path, index]);
      this.#skip(/\s*(?:#[^\n]*\s*)*/uy);
      if (this.#text[this.#at] === ',') this.#at++;
      else if (this.#ended(']') || this.#at === before) return;
    }
  }

  #inlineTable(path: PathStep[]): void {
    this.#at++;
    for (;;) {
      this.#skip(/\s*/uy);
      if (this.#ended('}')) return;
      const before = this.#at;
      this.#pair(path);
      this.#skip(/\s*/uy);
      if (this.#text[this.#at] === ',') this.#at++;
      else if (this.#ended('}') || this.#at === before) return;
    }
  }

  #ended(closing: string): boolean {
    if (this.#at >= this.#text.length) return true;
    if (this.#text[this.#at] !== closing) return false;
    this.#at++;
    return true;
  }

  #note(places: Map<string, number>, path: readonly PathStep[], offset: number): void {
    const name = formatPath(path);
    if (!places.has(name)) places.set(name, offset);
  }

  #skip(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }
}
