import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { decode, encode, initSync } from '@stellar/stellar-xdr-json';

const wasm = createRequire(import.meta.url)
  .resolve('@stellar/stellar-xdr-json')
  .replace(/stellar_xdr_json\.js$/u, 'stellar_xdr_json_bg.wasm');
initSync(readFileSync(wasm));

/** The JSON that stellar's own Rust decoder makes of base64. */
export const rustJson = (type: string, base64: string): unknown =>
  JSON.parse(decode(type, base64)) as unknown;

/** The base64 that stellar's own Rust encoder makes of JSON. */
export const rustXdr = (type: string, json: unknown): string => encode(type, JSON.stringify(json));
