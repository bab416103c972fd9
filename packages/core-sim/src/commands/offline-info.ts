import { describeInfo } from '../http/info.ts';
import { renderStyled } from '../http/styled-json.ts';
import { CoreNode } from '../node.ts';
import { openDatabase } from './database.ts';
import { checkCreate, type Invocation, openLog, openStore } from './invocation.ts';

/** Prints what `/info` would say, of a node that does not run. */
export async function runOfflineInfo(invocation: Invocation): Promise<number> {
  const { self, settings, logger, build, protocol } = invocation;
  openLog(invocation);
  checkCreate(invocation);
  (await openDatabase(invocation))?.close();
  const node = new CoreNode({
    self,
    settings,
    logger,
    store: openStore(invocation),
    build,
    supportedProtocol: protocol,
    defects: invocation.defects,
    crash: (error) => {
      throw error;
    },
  });
  self.stdout(renderStyled(describeInfo(node, false)));
  return 0;
}
