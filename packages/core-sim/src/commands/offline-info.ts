import { describeInfo } from '../http/info.ts';
import { renderStyled } from '../http/styled-json.ts';
import { openDatabase } from './database.ts';
import { checkCreate, createNode, type Invocation, openLog } from './invocation.ts';

/** Prints what `/info` would say, of a node that does not run. */
export async function runOfflineInfo(invocation: Invocation): Promise<number> {
  const { self } = invocation;
  openLog(invocation);
  checkCreate(invocation);
  (await openDatabase(invocation))?.close();
  const node = createNode(invocation, (error) => {
    throw error;
  });
  self.stdout(renderStyled(describeInfo(node, false)));
  return 0;
}
