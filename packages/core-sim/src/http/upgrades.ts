import { type ArmedUpgrades, nothingArmed, showArmed } from '../herder/armed-upgrades.ts';
import { numberUpgrades, settingsUpgrade, type UpgradeName } from '../ledger/upgrade.ts';
import type { CoreNode } from '../node.ts';
import { type Command, CommandError, uintArgument } from './request.ts';
import { describeProposal, parseSettingsKey } from './soroban.ts';
import { type Json, renderStyled } from './styled-json.ts';

/** `upgrades`: what the node is armed with, and how it is armed. */
export function upgrades(node: CoreNode, command: Command): string {
  const mode = command.args.get('mode');
  if (mode === undefined) return 'mode required';
  if (mode === 'get') return show(node);
  if (mode === 'clear') {
    node.herder.arm(nothingArmed);
    return '';
  }
  if (mode !== 'set') return `Unknown mode: ${mode}`;
  const time = command.args.get('upgradetime') ?? '';
  const seconds = parseTime(time);
  if (seconds === undefined) return `could not parse upgradetime: '${time}'`;
  const values: Partial<Record<UpgradeName, number>> = {};
  for (const name of Object.keys(numberUpgrades) as UpgradeName[]) {
    const value = uintArgument(command, name);
    if (value !== undefined) values[name] = value;
  }
  const { protocolversion, maxsorobantxsetsize } = values;
  if (protocolversion !== undefined && protocolversion > node.supportedProtocol)
    throw new CommandError(
      `Protocol version error: supported is up to ${node.supportedProtocol}, passed is ${protocolversion}`,
    );
  if (maxsorobantxsetsize !== undefined) needSoroban(node, 'maxsorobantxsetsize');
  const settingsKey = readSettingsKey(node, command);
  if (settingsKey === 'refused') return 'Error setting configUpgradeSet';
  const armed: ArmedUpgrades = {
    time: seconds,
    values,
    settingsKey,
    nominationTimeoutLimit: uintArgument(command, 'nominationtimeoutlimit'),
    expirationMinutes: uintArgument(command, 'expirationminutes'),
  };
  node.herder.arm(armed);
  return '';
}

function needSoroban(node: CoreNode, parameter: string): void {
  if (node.ledger.header.ledgerVersion < 20)
    throw new CommandError(`${parameter} cannot be used before protocol v20`);
}

/** The key of settings that stand in the ledger and may be voted on. */
function readSettingsKey(node: CoreNode, command: Command): string | undefined {
  const text = command.args.get(settingsUpgrade);
  if (text === undefined) return undefined;
  needSoroban(node, settingsUpgrade);
  const key = parseSettingsKey(text);
  return key !== undefined && node.ledger.upgradable.proposedSettings(key) !== undefined
    ? key
    : 'refused';
}

function show(node: CoreNode): string {
  const { armed } = node.herder;
  const shown = showArmed(armed) as Record<string, Json>;
  if (armed.settingsKey === undefined) return renderStyled(shown);
  const { configupgradesetkey, ...others } = shown;
  const updatedEntry = describeProposal(node, armed.settingsKey);
  return renderStyled({
    ...others,
    configupgradeinfo: {
      configupgradeset: updatedEntry && { updatedEntry },
      configupgradesetkey,
    },
  });
}

function parseTime(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms / 1000;
}
