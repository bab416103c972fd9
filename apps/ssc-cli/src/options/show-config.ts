import { redact } from '@ssc/errors';
import { describeDefault, flagOf } from '@ssc/missions';
import type { ProviderName } from '../provider.ts';
import type { Input } from './input.ts';
import { paramsOf } from './mission-params.ts';
import type { OptionRow, Options } from './option-row.ts';
import { paramKey } from './settings-file.ts';

/** The value of every option and parameter, and where it comes from. */
export function renderConfig(rows: Options, input: Input): string {
  const lines: [string, string, string][] = [];
  for (const [name, row] of Object.entries(rows)) {
    const given = input.given.get(name);
    lines.push([
      `--${flagOf(name)}`,
      shown(given?.text ?? row.preset, row.secret === true),
      given === undefined ? defaultOf(row) : `${given.place}${unreadBy(row, input)}`,
    ]);
  }
  for (const mission of new Set(input.missions)) {
    const texts = paramsOf(input, mission);
    for (const [name, param] of Object.entries(mission.params))
      lines.push([
        `${mission.name} --${flagOf(name)}`,
        shown(texts[name] ?? describeDefault(param), false),
        input.params.get(paramKey(mission.name, name))?.place ?? 'default',
      ]);
  }
  const widths = [0, 1].map((at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  return lines
    .map(
      ([name, value, origin]) =>
        `${name.padEnd(widths[0] ?? 0)}  ${value.padEnd(widths[1] ?? 0)}  ${origin}\n`,
    )
    .join('');
}

const defaultOf = ({ presetIs }: OptionRow): string =>
  presetIs === undefined ? 'default' : `default: ${presetIs}`;

/** What the environment and ssc.toml say for other providers has no effect. */
function unreadBy({ providers }: OptionRow, { options }: Input): string {
  const chosen = options['provider'] as ProviderName | undefined;
  return chosen === undefined || providers?.includes(chosen) !== false
    ? ''
    : `, not read with --provider ${chosen}`;
}

const shown = (value: unknown, isSecret: boolean): string =>
  value === undefined
    ? '-'
    : isSecret
      ? '…redacted'
      : redact(Array.isArray(value) ? value.join(',') : String(value));
