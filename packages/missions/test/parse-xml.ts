/** An element of a document without namespaces, comments and mixed content. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

// Char of XML 1.0, section 2.2.
const char = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;
const startTag = /^<([A-Za-z][A-Za-z-]*)((?:\s+[A-Za-z]+="[^"<]*")*)\s*(\/?)>/u;
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

/** Reads as strictly as the parts of XML need that a report uses: throws at what is not well-formed. */
export function parseXml(xml: string): XmlElement {
  if (!char.test(xml)) throw new Error('a character that XML does not allow');
  const declared = xml.replace(/^<\?xml version="1.0" encoding="UTF-8"\?>\n/u, '');
  if (declared === xml) throw new Error('no XML declaration');
  const [root, rest] = parseElement(declared);
  if (rest.trim() !== '') throw new Error(`after the root: ${rest.slice(0, 40)}`);
  return root;
}

function parseElement(xml: string): [XmlElement, string] {
  const found = startTag.exec(xml);
  if (found === null) throw new Error(`no start tag: ${xml.slice(0, 80)}`);
  const [whole, name = '', attributeText = '', closed] = found;
  const attributes: Record<string, string> = {};
  for (const [, key = '', value = ''] of attributeText.matchAll(/([A-Za-z]+)="([^"<]*)"/gu)) {
    if (key in attributes) throw new Error(`${key} stands twice`);
    // Attribute-value normalization, section 3.3.3.
    attributes[key] = withoutEntities(value.replaceAll(/\r\n?|[\t\n]/gu, ' '));
  }
  let rest = xml.slice(whole.length);
  const children: XmlElement[] = [];
  let text = '';
  while (closed === '') {
    const next = rest.indexOf('<');
    if (next < 0) throw new Error(`${name} has no end`);
    text += rest.slice(0, next);
    rest = rest.slice(next);
    const end = `</${name}>`;
    if (rest.startsWith(end)) {
      rest = rest.slice(end.length);
      break;
    }
    const [child, after] = parseElement(rest);
    children.push(child);
    rest = after;
  }
  if (text.includes(']]>')) throw new Error(']]> in text');
  return [
    { name, attributes, children, text: withoutEntities(text.replaceAll(/\r\n?/gu, '\n')) },
    rest,
  ];
}

const withoutEntities = (text: string): string =>
  text.replaceAll(/&(#\d+|[a-z]*);?|&/gu, (whole, entity: string | undefined) => {
    if (entity?.startsWith('#') && whole.endsWith(';'))
      return String.fromCodePoint(Number(entity.slice(1)));
    const value = whole.endsWith(';') ? entities[entity ?? ''] : undefined;
    if (value === undefined) throw new Error(`no entity: ${whole}`);
    return value;
  });
