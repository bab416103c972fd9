/** A key inside one of the tables. */
export interface NestedOption {
  /** `QUORUM_SET.THRESHOLD_PERCENT` */
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly default?: string;
  /** One sentence: what the key does and when to touch it. */
  readonly about: string;
}

const row = (
  name: string,
  type: string,
  about: string,
  more: { readonly required?: true; readonly default?: string } = {},
): NestedOption => ({
  name,
  type,
  about,
  required: more.required === true,
  ...(more.default !== undefined && { default: more.default }),
});

/** Source: stellar-core, src/main/Config.cpp (loadQset, parseValidators, parseDomainsQuality) and docs/stellar-core_example.cfg. */
export const nestedOptions: readonly NestedOption[] = [
  row(
    'QUORUM_SET.THRESHOLD_PERCENT',
    'integer, 1 to 100',
    'How much of the members (validators and groups, one each) must agree: 1 + floor((members · percent − 1) / 100) of them, so 67 of three means three and 66 means two.',
    { default: '67' },
  ),
  row(
    'QUORUM_SET.VALIDATORS',
    'array of strings',
    'Members by key: "G…", "G… alias" or "$alias"; a validator lists itself too.',
  ),
  row(
    'QUORUM_SET.<group>',
    'table',
    'A group that counts as one member, with the same keys, at most four levels deep: name groups as you like, in lower case here.',
  ),
  row(
    'HISTORY.<name>.get',
    'command',
    'Fetches {0}, a path in the archive, to {1}, a local path: needed to read the archive, and an archive that can only be put to stops run.',
  ),
  row(
    'HISTORY.<name>.put',
    'command',
    'Stores {0}, a local path, as {1}, a path in the archive: needed to publish, after new-hist has been run once.',
  ),
  row(
    'HISTORY.<name>.mkdir',
    'command',
    'Makes the folder {0} in the archive: needed with put wherever put does not make folders itself.',
  ),
  row(
    'VALIDATORS.NAME',
    'string',
    'The alias of the key ("$name" elsewhere) and the name of its archive.',
    { required: true },
  ),
  row('VALIDATORS.HOME_DOMAIN', 'string', 'The organisation it belongs to.', { required: true }),
  row('VALIDATORS.PUBLIC_KEY', 'string', 'Its key, "G…".', { required: true }),
  row(
    'VALIDATORS.QUALITY',
    'CRITICAL, HIGH, MEDIUM or LOW',
    'How far it is trusted: here or in the entry of its home domain, in one of the two.',
  ),
  row(
    'VALIDATORS.ADDRESS',
    'string',
    '"host" or "host:port": a preferred peer when the home domain is this node\'s own, a known one otherwise.',
  ),
  row(
    'VALIDATORS.HISTORY',
    'command',
    'A get command for its archive: needed for HIGH and CRITICAL.',
  ),
  row('HOME_DOMAINS.HOME_DOMAIN', 'string', 'The organisation.', { required: true }),
  row(
    'HOME_DOMAINS.QUALITY',
    'CRITICAL, HIGH, MEDIUM or LOW',
    'How far its validators are trusted: HIGH and CRITICAL need three of them with archives, and all CRITICAL organisations must agree.',
    { required: true },
  ),
];
