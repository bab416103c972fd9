import { escapeHtml } from './chart.ts';
import type { TopologyFacts } from './sample.ts';

// More nodes than this are no picture any more, and more rows than that no table.
const mostDrawn = 40;
const mostShown = 20;

/** Who trusts whom in a table, and who was connected to whom in a picture. */
export function renderTopology(nodes: readonly TopologyFacts[]): string[] {
  if (nodes.length === 0) return [];
  const rows = nodes.map(
    ({ node, role, trusts, peers }) =>
      `<tr><td>${escapeHtml(node)}</td><td class="text">${escapeHtml(role)}</td><td class="text">${escapeHtml(trusts)}</td><td class="text">${peers === undefined ? '–' : escapeHtml(describePeers(peers))}</td></tr>`,
  );
  const table = `<div class="scroll"><table><tr><th>node</th><th class="text">role</th><th class="text">trusts</th><th class="text">was connected to</th></tr>${rows.join('')}</table></div>`;
  return [
    '<h2>Topology</h2>',
    ...(nodes.length <= mostDrawn && nodes.some(({ peers }) => peers !== undefined)
      ? [renderPicture(nodes)]
      : []),
    nodes.length <= mostShown
      ? table
      : `<details><summary>${nodes.length} nodes</summary>${table}</details>`,
  ];
}

const describePeers = (peers: readonly string[]): string => {
  if (peers.length === 0) return 'nobody';
  const most = 8;
  return peers.length <= most
    ? peers.join(', ')
    : `${peers.slice(0, most).join(', ')} and ${peers.length - most} more`;
};

const [width, height, radius] = [560, 300, 115];

/** The nodes on a circle, with a line between each two of which one named the other as its peer. */
function renderPicture(nodes: readonly TopologyFacts[]): string {
  const places = new Map(
    nodes.map(({ node }, i) => {
      const angle = (2 * Math.PI * i) / nodes.length - Math.PI / 2;
      return [node, { cos: Math.cos(angle), sin: Math.sin(angle) }] as const;
    }),
  );
  const at = (node: string, distance = radius): readonly [x: number, y: number] => {
    const { cos = 0, sin = 0 } = places.get(node) ?? {};
    return [fixed(width / 2 + distance * cos), fixed(height / 2 + distance * sin)];
  };
  const pairs = new Set(
    nodes.flatMap(({ node, peers = [] }) =>
      peers.filter((peer) => places.has(peer)).map((peer) => [node, peer].sort().join(' ')),
    ),
  );
  const lines = [...pairs].map((pair) => {
    const [one = '', other = ''] = pair.split(' ');
    const [[x1, y1], [x2, y2]] = [at(one), at(other)];
    return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="var(--line)" opacity="0.6"/>`;
  });
  const dots = nodes.map(({ node, role, peers }) => {
    const [x, y] = at(node);
    const [labelX, labelY] = at(node, radius + 14);
    const { cos = 0 } = places.get(node) ?? {};
    const anchor = Math.abs(cos) < 0.2 ? 'middle' : cos > 0 ? 'start' : 'end';
    const color = peers === undefined || peers.length === 0 ? '--bad' : '--line';
    const fill = role === 'validator' ? `var(${color})` : 'none';
    return `<circle cx="${x}" cy="${y}" r="6" fill="${fill}" stroke="var(${color})" stroke-width="2"/><text x="${labelX}" y="${fixed(labelY + 4)}" text-anchor="${anchor}">${escapeHtml(node)}</text>`;
  });
  const title = 'Who was connected to whom; full: validators, empty: watchers, red: nobody';
  return `<figure><figcaption>${title}</figcaption><svg viewBox="0 0 ${width} ${height}" style="max-width:${width}px" role="img" aria-label="${title}">${lines.join('')}${dots.join('')}</svg></figure>`;
}

const fixed = (value: number): number => Number(value.toFixed(1));
