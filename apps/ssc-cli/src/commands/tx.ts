import { isSscError, usageError } from '@ssc/errors';
import { type DecodedXdr, decodeXdr, renderDecodedXdr } from '@ssc/tx';
import type { Host } from '../host.ts';
import type { Input } from '../options/input.ts';
import type { optionsOf } from '../options/of-commands.ts';

/** Shows what a piece of XDR is: text that is base64, else a file. */
export async function txDecode(
  { args, options }: Input<typeof optionsOf.printed>,
  host: Host,
): Promise<number> {
  const [input] = args;
  if (input === undefined || args.length > 1)
    throw usageError(
      'SSC_USAGE_NO_XDR',
      'decode takes one piece of XDR: base64, a file, or - for standard input',
    );
  const decoded = decode(input, await bytesOf(input, host));
  host.out(
    options.json
      ? `${JSON.stringify(decoded.values.length === 1 && !decoded.framed ? decoded.values[0] : decoded.values, null, 2)}\n`
      : `${renderDecodedXdr(decoded)}\n`,
  );
  return 0;
}

/** What is no XDR may have been meant as a file. */
function decode(input: string, found: string | Uint8Array): DecodedXdr {
  try {
    return decodeXdr(found);
  } catch (error) {
    if (found !== input || !/[./]/u.test(input) || !isSscError(error)) throw error;
    throw error.with({ facts: [['File', `none is called ${input.slice(0, 100)}`]] });
  }
}

async function bytesOf(input: string, host: Host): Promise<string | Uint8Array> {
  const content = await host.read(input).catch(() => undefined);
  if (content === undefined) return input;
  const text = Buffer.from(content).toString('latin1').trim();
  return /^[A-Za-z0-9+/=\s]+$/u.test(text) ? text.replaceAll(/\s/gu, '') : content;
}
