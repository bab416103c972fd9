import { copyStateShell, databaseFiles } from './copy-state.ts';
import { dataIdVariable, podLayout, podNameVariable } from './layout.ts';
import type { Preparation } from './plan.ts';
import type { Shell, Word } from './shell/ast.ts';
import { allOf, hasLine, hasText, ifElse, run, variable, word, writeTo } from './shell/build.ts';

const dataId = word(variable(dataIdVariable));
const configFile: Word = word(`${podLayout.config}/`, variable(podNameVariable), '.cfg');

const core = (...words: readonly [string, ...string[]]): Shell =>
  // --console: the reason of a refusal is otherwise only in core's log file.
  run('stellar-core', ...words, '--conf', configFile, '--console');

// What an earlier generation, or a preparation that was interrupted, may have left. new-db removes tables and buckets by
// itself, but new-hist refuses an archive that is there, and a copied database needs its journal gone.
const leftovers = [podLayout.dataIdFile, podLayout.history, ...databaseFiles];

/**
 * The one step before stellar-core runs. Init containers run again after a reboot of the machine, and `new-db` on live
 * data means genesis: so data that carry the wanted id are left alone, and the id is written last.
 */
export function prepareShell({ newDb, newHist, catchup, copyOf }: Preparation): Shell {
  return ifElse(
    hasLine(podLayout.dataIdFile, dataId),
    run('echo', word('ssc: ', podLayout.data, ' holds data ', ...dataId, ', nothing to prepare')),
    allOf(
      run('echo', word('ssc: preparing data ', ...dataId)),
      run('rm', '-rf', ...leftovers),
      ...(newDb ? [core('new-db')] : []),
      ...newHist.map((archive) => core('new-hist', archive)),
      ...(catchup === undefined ? [] : [core('catchup', catchup)]),
      // After new-hist, which needs tables and finds its own.
      ...(copyOf === undefined ? [] : [copyStateShell(copyOf)]),
      writeTo(podLayout.dataIdFile, run('echo', dataId)),
    ),
  );
}

/**
 * Ends with 0 when stellar-core has loaded its ledger. While it boots the admin port answers every request with 200 and an
 * error in the body, which an HTTP probe takes for success: so the answer is read.
 */
export const bootedShell = (): Shell =>
  allOf(
    writeTo(
      podLayout.bootInfoFile,
      run('stellar-core', 'http-command', 'info', '--conf', configFile),
    ),
    hasText(podLayout.bootInfoFile, '"info"'),
  );
