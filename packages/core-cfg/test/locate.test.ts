import { expect, test } from 'vitest';
import { locateToml } from '../src/locate.ts';

const text = `# a comment with = and [brackets]
A = 1
 "quoted key" = 'x' # B = 2
LIST = [
  "one", # not "two"
  "two, with ] and , inside",
  { inner = 3, more = [4] },
]
TEXT = """
C = 3
"""
LITERAL = '''
D = 4
'''
dotted.key.E = 5

[TABLE]
F = 6
  [TABLE.sub."a.b"]
  G = 7

[[ENTRIES]]
NAME = "first"

[[ENTRIES]]
NAME = "second"
[ENTRIES.own]
H = 8
INLINE = { I = { J = 9 }, K = "}" }
L = 10`;

const places = locateToml(text);
const at = (place: { line: number; column: number } | undefined): string =>
  place === undefined ? 'nowhere' : `${place.line}:${place.column}`;

test.each([
  [['A'], '2:1', '2:5'],
  [['quoted key'], '3:2', '3:17'],
  [['B'], 'nowhere', 'nowhere'],
  [['LIST'], '4:1', '4:8'],
  [['LIST', 0], 'nowhere', '5:3'],
  [['LIST', 1], 'nowhere', '6:3'],
  [['LIST', 2, 'inner'], '7:5', '7:13'],
  [['LIST', 2, 'more', 0], 'nowhere', '7:24'],
  [['TEXT'], '9:1', '9:8'],
  [['C'], 'nowhere', 'nowhere'],
  [['D'], 'nowhere', 'nowhere'],
  [['dotted'], '15:1', 'nowhere'],
  [['dotted', 'key', 'E'], '15:1', '15:16'],
  [['TABLE'], '17:1', '17:1'],
  [['TABLE', 'F'], '18:1', '18:5'],
  [['TABLE', 'sub', 'a.b', 'G'], '20:3', '20:7'],
  [['ENTRIES'], '22:1', 'nowhere'],
  [['ENTRIES', 0, 'NAME'], '23:1', '23:8'],
  [['ENTRIES', 1], '25:1', '25:1'],
  [['ENTRIES', 1, 'NAME'], '26:1', '26:8'],
  [['ENTRIES', 1, 'own', 'H'], '28:1', '28:5'],
  [['ENTRIES', 1, 'own', 'INLINE', 'I', 'J'], '29:18', '29:22'],
  [['ENTRIES', 1, 'own', 'L'], '30:1', '30:5'],
])('%j stands at %s, its value at %s', (path, key, value) => {
  expect([at(places.key(path)), at(places.value(path))]).toEqual([key, value]);
});

test('Windows line ends do not count twice', () => {
  expect(at(locateToml('A = 1\r\nB = 2\r\n').key(['B']))).toBe('2:1');
});
