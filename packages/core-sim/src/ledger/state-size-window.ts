import { XdrReader } from '../xdr/reader.ts';
import { XdrWriter } from '../xdr/writer.ts';
import { type ConfigSettings, settingIds } from './setting-ids.ts';

/** The XDR of the setting that keeps how large the state was, the oldest sample first. */
export function encodeWindow(samples: readonly bigint[]): Buffer {
  const writer = new XdrWriter().int(settingIds.sizeWindow).uint(samples.length);
  for (const sample of samples) writer.long(sample);
  return writer.end();
}

function decodeWindow(settings: ConfigSettings): bigint[] {
  const reader = new XdrReader(settings.get(settingIds.sizeWindow) as Buffer);
  reader.int();
  return Array.from({ length: reader.count() }, () => reader.long());
}

/** The mean of the samples in bytes: the size that rents are paid by. */
export function averageStateSize(settings: ConfigSettings): bigint {
  const samples = decodeWindow(settings);
  return samples.reduce((sum, sample) => sum + sample, 0n) / BigInt(samples.length);
}

/** How many samples are kept, one taken every so many ledgers. */
function sampling(settings: ConfigSettings): { readonly samples: number; readonly period: number } {
  const reader = new XdrReader(settings.get(settingIds.archival) as Buffer);
  // Behind its number: three lifetimes, two rates, and how many entries are archived.
  reader.fixed(4 + 12 + 16 + 4);
  return { samples: reader.uint(), period: reader.uint() };
}

/** The settings after a ledger, which takes a sample when one is due. */
export function sampled(settings: ConfigSettings, seq: number, size: () => number): ConfigSettings {
  if (seq % sampling(settings).period !== 0) return settings;
  const [, ...younger] = decodeWindow(settings);
  const window = encodeWindow([...younger, BigInt(size())]);
  return new Map(settings).set(settingIds.sizeWindow, window);
}

/** The settings with a window of the length that they ask for: its newest samples, the oldest as often as one is missing. */
export function withWindowResized(settings: ConfigSettings): ConfigSettings {
  const samples = decodeWindow(settings);
  const wanted = sampling(settings).samples;
  if (samples.length === wanted) return settings;
  const [oldest = 0n] = samples;
  while (samples.length < wanted) samples.unshift(oldest);
  return new Map(settings).set(settingIds.sizeWindow, encodeWindow(samples.slice(-wanted)));
}
