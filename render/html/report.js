/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The report's behaviour. Data come as JSON in #data and reach the page as text and
 * attributes only, never as markup. What is shown is a function of the address's hash,
 * so that back, forward, reload and a copied address work.
 *
 * A node is an index. Its columns arrive in preorder, as render/html_tree.h describes;
 * figures arrive as a node's own and are added up here.
 */
'use strict';
(() => {
const data = JSON.parse(document.getElementById('data').textContent);
const $ = (id) => document.getElementById(id);
const STATIC = 0, LIVE = 1, TOTAL = 2, WASTE = 3, ALLOCS = 4, FREES = 5;
const KINDS = ['directory', 'object file', 'function or variable', 'padding', 'group', 'small parts'];
const SYMBOL = 2, GROUP = 4, FOLDED = 5;
const change = data.change; /* of a change only */
const RINGS = change ? 6 : 5, MIN_LENGTH = 3, MIN_CHARACTERS = 6, MOST_CHARACTERS = 120, ROWS = 200;
const FONT = 'system-ui, "DejaVu Sans", Verdana, sans-serif';

/* ---- the tree ---- */

const rows = data.nodes.names.split('\n'), count = rows.length;
const names = [], kinds = [], parents = [], children = [], folded = new Array(count).fill(0);
/* Everything below a node has the indices up to its end: preorder. */
const ends = new Array(count);
const figures = rows.map((row, node) => [data.nodes.static[node], 0, 0, 0, 0, 0]);
(() => {
	const {kinds: letters, counts, dynamic} = data.nodes, open = [];
	let before = '', parent = 0, fold = 0;
	for (let node = 0; node < count; node++) {
		const letter = parseInt(letters[node], 36), hasChildren = letter >= 10;
		before = before.slice(0, parseInt(rows[node][0], 36)) + rows[node].slice(1);
		kinds.push(hasChildren ? letter - 10 : letter);
		if (kinds[node] === FOLDED) {
			folded[node] = data.nodes.folded[fold++];
		}
		names.push(folded[node] ? `${folded[node]} smaller parts` : before);
		children.push([]);
		parents.push(open.length ? open[open.length - 1].node : -1);
		if (open.length) {
			children[parents[node]].push(node);
			open[open.length - 1].left--;
		}
		if (hasChildren) {
			open.push({node, left: counts[parent++]});
		}
		while (open.length && open[open.length - 1].left === 0) {
			ends[open.pop().node] = node + 1;
		}
		if (!hasChildren) {
			ends[node] = node + 1;
		}
	}
	for (let i = 0, node = 0; i < dynamic.length; i += 6) {
		node += dynamic[i];
		for (let j = 1; j < 6; j++) {
			figures[node][j] = dynamic[i + j];
		}
	}
	for (let node = count - 1; node > 0; node--) {
		figures[node].forEach((figure, j) => {
			figures[parents[node]][j] += figure;
		});
	}
})();
names[0] = data.branch || 'whole kernel';
const isBelow = (node, top) => node >= top && node < ends[top];

const VALUES = {
	current: (f) => f[STATIC] + f[LIVE],
	static: (f) => f[STATIC],
	waste: (f) => Math.max(0, f[WASTE]),
	current_dynamic: (f) => f[LIVE],
	total_dynamic: (f) => f[TOTAL],
	change: (f) => f[LIVE],
};
/* A change's tree has what grew and what shrank below its root; its figures have no sign. */
const grown = change ? children[0].find((node) => names[node] === 'grown') : -1;
const signOf = (node) => (!change || node === 0 ? 0 : isBelow(node, grown) ? 1 : -1);
const beforeOf = (node) => (node === 0 ? change.before : figures[node][TOTAL]);
const afterOf = (node) => (node === 0 ? change.after : figures[node][TOTAL] + signOf(node) * figures[node][LIVE]);
let attribute, valueOf;
const value = (node) => valueOf(figures[node]);

function pathOf(node) {
	const path = [];
	for (; node > 0; node = parents[node]) {
		path.push(node);
	}
	return path.reverse();
}
const pathText = (node) => pathOf(node).slice(change ? 1 : 0).map((n) => names[n]).join('/');
const fullText = (node) => (change && parents[node] === 0 ? names[node]
	: [data.branch, pathText(node)].filter(Boolean).join('/') || names[0]);

function nodeAt(components) {
	let node = 0;
	for (const name of components) {
		const next = children[node].find((child) => names[child] === name);
		if (next === undefined) {
			return node;
		}
		node = next;
	}
	return node;
}

/* ---- words ---- */

const UNITS = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];
function bytesText(bytes) {
	if (Math.abs(bytes) < 1024) {
		return `${bytes} B`;
	}
	let unit = 0, size = bytes / 1024;
	while (Math.abs(size) > 1023.5 && unit + 1 < UNITS.length) {
		size /= 1024;
		unit++;
	}
	const digits = Math.abs(size) < 9.995 ? 2 : Math.abs(size) < 99.95 ? 1 : 0;
	return `${size.toFixed(digits)} ${UNITS[unit]}`;
}
const countText = (number) => String(number).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
const signText = (number) => (number > 0 ? '+' : number < 0 ? '\u2212' : '');
const signedText = (number) => signText(number) + bytesText(Math.abs(number));
/* How much a node has, or of a change how much more or less. */
const amountText = (node, bytes) => signText(signOf(node)) + bytesText(bytes);
const totalText = (node) => (change ? `${signedText(afterOf(node) - beforeOf(node))} ` +
	`(${bytesText(beforeOf(node))} \u2192 ${bytesText(afterOf(node))})` : bytesText(value(node)));
function shareText(part, whole) {
	const share = whole > 0 ? 100 * part / whole : 0;
	return share > 0 && share < 0.05 ? '<0.1 %' : `${share.toFixed(1)} %`;
}

/* ---- colours: those of the C program's charts, see render/palette.c ---- */

const mix = (from, to, share) => [16, 8, 0].reduce((sum, shift) => {
	const a = from >> shift & 255, b = to >> shift & 255;
	return sum << 8 | Math.floor(a + (b - a) * share + 0.5);
}, 0);
function luminance(c) {
	const [r, g, b] = [16, 8, 0].map((shift) => {
		const x = (c >> shift & 255) / 255;
		return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
const isDarkFill = (c) => 1.05 / (luminance(c) + 0.05) > (luminance(c) + 0.05) / 0.05;
const hex = (c) => `#${c.toString(16).padStart(6, '0')}`;

const directories = new Map(Object.entries(data.palette.directories));
function hashed(name) {
	let hash = data.palette.start;
	for (const byte of new TextEncoder().encode(name)) {
		hash = Math.imul(hash ^ byte, 16777619) >>> 0;
	}
	hash = (hash ^ hash >>> 15) >>> 0;
	return data.palette.hashed[hash % data.palette.hashed.length];
}
function topColour(slice, root) {
	if (slice.kind === 'other') {
		return data.palette.gathered;
	}
	if (change && parents[slice.node] === 0) {
		return slice.node === grown ? change.grown : change.shrunk;
	}
	if (kinds[slice.node] === GROUP && !names[slice.node].startsWith('(module ')) {
		return data.palette.unplaced;
	}
	const isBelowTop = root > 0 && !(change && parents[root] === 0);
	const own = isBelowTop || data.branch || slice.kind === 'own' ? undefined
		: directories.get(names[slice.node]);
	return own === undefined ? hashed(names[slice.node]) : own;
}
/* A neighbour of the same colour becomes lighter or darker. */
function colourTops(tops, root) {
	let before = -1, run = 0;
	for (const slice of tops) {
		const own = topColour(slice, root);
		run = own === before ? run + 1 : 0;
		before = own;
		slice.colour = run % 2 ? mix(own, 1.05 / (luminance(own) + 0.05) > 5 ? 0xffffff : 0, 0.42) : own;
	}
}
function fillOf(slice) {
	const ring = slice.ring - slice.top.ring;
	const fill = mix(slice.top.colour, 0xffffff, 0.08 * Math.min(ring, 4));
	return slice.kind === 'other' && ring > 0 ? mix(fill, 0xffffff, 0.35) : fill;
}

/* ---- the layout: that of render/ring_layout.h ---- */

function partsOf(node, length) {
	const sum = children[node].reduce((total, child) => total + value(child), 0);
	const own = Math.max(0, value(node) - sum), total = Math.max(value(node), sum);
	const parts = [];
	const rest = {node, kind: 'other', value: 0, count: 0};
	if (sum === 0) {
		return {parts, total};
	}
	const add = (part, count) => {
		/* A sign is drawn however short. */
		if (part.value > 0 && kinds[part.node] !== FOLDED &&
			(part.value / total * length >= MIN_LENGTH || (change && node === 0))) {
			parts.push(part);
		} else if (part.value > 0) {
			rest.value += part.value;
			rest.count += count;
		}
	};
	for (const child of children[node]) {
		add({node: child, kind: 'node', value: value(child)}, folded[child] || 1);
	}
	add({node, kind: 'own', value: own}, 1);
	parts.sort((a, b) => b.value - a.value || (a.kind === 'own') - (b.kind === 'own') || byName(a.node, b.node));
	if (rest.count) {
		parts.push(rest);
	}
	return {parts, total};
}
const byName = (a, b) => (names[a] < names[b] ? -1 : names[a] > names[b] ? 1 : a - b);

function depthOf(node, limit) {
	return limit && value(node) > 0
		? Math.max(0, ...children[node].map((child) => (value(child) > 0 ? 1 + depthOf(child, limit - 1) : 0)))
		: 0;
}

function layout(root, rings, lengths) {
	const slices = [], hueRing = change && root === 0 ? 1 : 0;
	const split = (parent, ring) => {
		const from = parent ? parent.start : 0, span = parent ? parent.end - parent.start : 1;
		const node = parent ? parent.node : root;
		const {parts, total} = partsOf(node, span * lengths[ring]);
		let before = 0;
		if (!parent && !parts.length && value(root) > 0) {
			parts.push({node: root, kind: 'own', value: value(root)});
		}
		for (const part of parts) {
			part.ring = ring;
			part.parent = parent;
			part.top = ring > hueRing ? parent.top : part;
			part.start = from + span * before / total;
			before += part.value;
			part.end = from + span * Math.min(1, before / total);
			part.sliver = part.kind === 'other' && (part.end - part.start) * lengths[ring] < MIN_LENGTH;
			slices.push(part);
		}
		return parts;
	};
	let ring = split(null, 0);
	colourTops(ring, root);
	for (let i = 1; i < rings; i++) {
		ring = ring.filter((slice) => slice.kind === 'node').flatMap((slice) => split(slice, i));
		if (i <= hueRing) {
			colourTops(ring, root);
		}
	}
	return slices;
}

/* ---- labels ---- */

/* Widths in ems, by weight; a little is added for fonts that hint. */
const pen = document.createElement('canvas').getContext('2d');
const widths = {normal: new Map(), bold: new Map()};
function textWidth(text, size, weight = 'normal') {
	if (!widths[weight].has(text)) {
		pen.font = `${weight} 100px ${FONT}`;
		widths[weight].set(text, pen.measureText(text).width / 100);
	}
	return widths[weight].get(text) * size * 1.02;
}
function fitText(text, size, room, weight) {
	if (textWidth(text, size, weight) <= room) {
		return text;
	}
	if (/^(other )?\(/.test(text)) {
		return null; /* "other (12)" without its number says nothing */
	}
	const characters = Array.from(text.slice(0, 4 * MOST_CHARACTERS)).slice(0, MOST_CHARACTERS);
	for (let n = characters.length - 1; n >= MIN_CHARACTERS; n--) {
		const shown = `${characters.slice(0, n).join('')}\u2026`;
		if (textWidth(shown, size, weight) <= room) {
			return shown;
		}
	}
	return null;
}
function titleOf(slice) {
	return slice.kind === 'own' ? '(itself)' : slice.kind === 'other' ? `other (${countText(slice.count)})`
		: names[slice.node];
}
function describe(slice) {
	const what = slice.kind === 'other' ? `, ${countText(slice.count)} smaller parts`
		: slice.kind === 'own' ? ', itself' : '';
	return `${fullText(slice.node)}${what}: ${signText(signOf(slice.node))}${countText(slice.value)} bytes ` +
		`(${amountText(slice.node, slice.value)}), ` +
		`${shareText(slice.value, value(view.node))} of ${names[view.node]}`;
}

/* ---- drawing ---- */

function svgElement(name, attributes, parent) {
	const element = document.createElementNS('http://www.w3.org/2000/svg', name);
	for (const key of Object.keys(attributes)) {
		element.setAttribute(key, attributes[key]);
	}
	if (parent) {
		parent.append(element);
	}
	return element;
}
function svgText(svg, text, x, y, size, classes, turn) {
	const element = svgElement('text', {x: x.toFixed(1), y: y.toFixed(1), 'font-size': size, class: classes,
		'aria-hidden': 'true'}, svg);
	if (turn) {
		element.setAttribute('transform', `rotate(${turn.toFixed(1)} ${x.toFixed(1)} ${y.toFixed(1)})`);
	}
	element.textContent = text;
}
function newChart(width, height, words) {
	const svg = svgElement('svg', {viewBox: `0 0 ${width} ${height}`, role: 'group', 'aria-label': words});
	const defs = svgElement('defs', {}, svg);
	const hatch = svgElement('pattern', {id: 'hatch', width: 8, height: 8, patternUnits: 'userSpaceOnUse'}, defs);
	svgElement('path', {d: 'M-1 9L9 -1M-9 9L1 -1M7 9L17 -1', stroke: '#000', 'stroke-width': 1.2,
		'stroke-opacity': 0.16, class: 'hatchline'}, hatch);
	return svg;
}
const canZoom = (slice) => slice.kind === 'node' && children[slice.node].length > 0;

let drawn = [];
function addSlice(svg, slice, name, shape) {
	const fill = fillOf(slice), zoom = canZoom(slice);
	const matches = !view.found || (slice.kind === 'node' && view.found.has(slice.node));
	const element = svgElement(name, {...shape, fill: hex(fill)}, svg);
	element.setAttribute('class', [zoom ? 'zoom' : '', matches ? '' : 'dim', slice.sliver ? 'sliver' : '']
		.filter(Boolean).join(' '));
	element.setAttribute('role', zoom ? 'button' : 'img');
	element.setAttribute('aria-label', describe(slice));
	element.setAttribute('tabindex', '-1');
	svgElement('title', {}, element).textContent = describe(slice);
	element.addEventListener('click', () => enter(slice));
	element.addEventListener('mouseenter', () => tell(slice));
	element.addEventListener('focus', () => tell(slice));
	element.addEventListener('keydown', (event) => sliceKey(event, slice));
	if (slice.kind === 'other' && !slice.sliver) {
		svgElement(name, {...shape, fill: 'url(#hatch)', class: 'hatch'}, svg);
	}
	slice.element = element;
	slice.ink = matches ? (isDarkFill(fill) ? 'white' : 'black') : 'quiet';
	drawn.push(slice);
}
function tell(slice) {
	$('detail').textContent = describe(slice);
}

const point = (c, r, turn) => {
	const angle = 2 * Math.PI * turn;
	return `${(c + r * Math.sin(angle)).toFixed(2)} ${(c - r * Math.cos(angle)).toFixed(2)}`;
};
function sectorPath(c, inner, outer, start, end) {
	const middle = (start + end) / 2;
	return `M${point(c, outer, start)}A${outer} ${outer} 0 0 1 ${point(c, outer, middle)}` +
		`A${outer} ${outer} 0 0 1 ${point(c, outer, end)}L${point(c, inner, end)}` +
		`A${inner} ${inner} 0 0 0 ${point(c, inner, middle)}A${inner} ${inner} 0 0 0 ${point(c, inner, start)}Z`;
}

/* How wide a text of that height may be along the arc, its box wholly in the slice. */
function roomAlong(inner, outer, half, height) {
	let low = 0, high = 2 * outer;
	for (let i = 0; i < 12; i++) {
		const width = (low + high) / 2, rise = outer * outer - width * width / 4;
		const r = (inner + Math.sqrt(Math.max(0, rise))) / 2, bottom = r - height / 2;
		const fits = rise > 0 && bottom >= inner && Math.hypot(r + height / 2, width / 2) <= outer &&
			(half >= Math.PI / 2 || bottom * Math.tan(half) >= width / 2 + 2);
		[low, high] = fits ? [width, high] : [low, width];
	}
	return low;
}
/* The whole name in the usual size, else in the small one, else shortened; lying or standing. */
function ringLabel(svg, c, inner, outer, slice) {
	const half = Math.PI * (slice.end - slice.start), middle = (slice.start + slice.end) / 2;
	const angle = 2 * Math.PI * middle, name = titleOf(slice);
	const tries = slice.ring === 0 ? [[13, 'bold'], [11, 'normal']] : [[11.5, 'normal'], [10.5, 'normal']];
	for (const [size, weight] of slice.sliver ? [] : tries) {
		const from = Math.max(inner + 3, half < Math.PI / 2 ? (size / 2 + 2) / Math.sin(half) : 0);
		const radial = outer - 3 - from, along = roomAlong(inner + 2, outer - 2, half, size);
		const wanted = textWidth(name, size, weight), isLast = size === tries[1][0];
		if (!isLast && wanted > along && wanted > radial) {
			continue;
		}
		const lies = wanted <= along || along >= radial;
		const shown = fitText(name, size, lies ? along : radial, weight);
		if (!shown) {
			continue;
		}
		const width = textWidth(shown, size, weight);
		const r = lies ? (inner + 2 + Math.sqrt((outer - 2) ** 2 - width * width / 4)) / 2 : from + radial / 2;
		const flip = lies ? middle > 0.25 && middle < 0.75 : middle > 0.5;
		svgText(svg, shown, c + r * Math.sin(angle), c - r * Math.cos(angle), size,
			slice.ink + (weight === 'bold' ? ' bold' : ''), middle * 360 + (lies ? 0 : -90) + (flip ? 180 : 0));
		return;
	}
}

/* Has it parts of its own that the last ring leaves out? */
const isDeeper = (slice, rings) => slice.ring === rings - 1 && slice.kind === 'node' && children[slice.node].some((n) => value(n) > 0);
function drawRings(root, width) {
	const size = Math.max(240, Math.min(width, 720)), c = size / 2, radius = c - 8;
	const svg = newChart(size, size, chartWords(root));
	const rings = Math.max(1, depthOf(root, RINGS)), hole = Math.max(radius * 0.26, radius - rings * 105);
	const step = (radius - hole) / rings;
	const lengths = Array.from({length: rings}, (_, i) => 2 * Math.PI * (hole + step * (i + 1)));
	const slices = layout(root, rings, lengths);
	for (const slice of slices) {
		addSlice(svg, slice, 'path', {d: sectorPath(c, hole + step * slice.ring, hole + step * (slice.ring + 1),
			slice.start, slice.end)});
	}
	for (const slice of slices) {
		ringLabel(svg, c, hole + step * slice.ring, hole + step * (slice.ring + 1), slice);
	}
	for (const slice of slices.filter((each) => isDeeper(each, rings))) {
		svgElement('path', {d: sectorPath(c, radius + 2.5, radius + 5.5, slice.start, slice.end), class: 'sliver',
			fill: hex(slice.top.colour)}, svg);
	}
	const middle = svgElement('circle', {cx: c, cy: c, r: hole - 1, class: root ? 'middle out' : 'middle'}, svg);
	if (!slices.length) {
		svgElement('circle', {cx: c, cy: c, r: radius, class: 'whole'}, svg);
	}
	middle.addEventListener('click', leave);
	const total = value(root), scale = Math.min(1, hole / 68);
	const lines = [[names[root], 14, 'bold', -24], [attribute.words, 10, 'quiet', -7],
		[change ? root ? amountText(root, total) : signedText(afterOf(0) - beforeOf(0))
			: total ? bytesText(total) : 'nothing to show', 17, 'bold', 14],
		[change ? `${bytesText(beforeOf(root))} \u2192 ${bytesText(afterOf(root))}` : `${countText(total)} bytes`, 10, 'quiet', 31]];
	for (const [text, line, classes, y] of lines) {
		const size = Math.max(9, line * scale), weight = classes === 'bold' ? 'bold' : 'normal';
		const room = 2 * Math.sqrt(Math.max(0, (hole - 4) ** 2 - (Math.abs(y * scale) + size / 2) ** 2));
		/* A figure is shown whole or not at all. */
		const shown = y < 0 ? fitText(text, size, room, weight) : textWidth(text, size, weight) <= room ? text : null;
		if (shown) {
			svgText(svg, shown, c, c + y * scale, size, classes);
		}
	}
	return svg;
}

function icicleLabel(svg, slice, x, y, width, height) {
	const size = 12, name = titleOf(slice), classes = slice.ink + (slice.ring === 0 ? ' bold' : '');
	const weight = slice.ring === 0 ? 'bold' : 'normal';
	const stands = textWidth(name, size, weight) > width - 10 && width >= size + 2 && height > width;
	const shown = slice.sliver ? null : fitText(name, size, (stands ? height : width) - 10, weight);
	if (!shown) {
		return;
	}
	if (stands) {
		svgText(svg, shown, x + width / 2, y + height / 2, size, classes, -90);
		return;
	}
	svgText(svg, shown, x + 5, y + height / 2 - 7, size, `${classes} start`);
	const bytes = amountText(slice.node, slice.value);
	if (textWidth(bytes, 10.5) <= width - 8) {
		svgText(svg, bytes, x + 5, y + height / 2 + 8, 10.5, `${slice.ink} start`);
	}
}
function drawIcicle(root, width) {
	const across = Math.max(240, width), rings = Math.max(1, depthOf(root, RINGS));
	const slices = layout(root, rings, new Array(rings).fill(across));
	const rows = slices.length ? slices[slices.length - 1].ring + 1 : 1, head = 26, row = 92;
	const svg = newChart(across, head + rows * row, chartWords(root));
	const whole = svgElement('rect', {x: 0, y: 0, width: across, height: head, class: root ? 'whole out' : 'whole'}, svg);
	whole.addEventListener('click', leave);
	const text = fitText(`${names[root]}: ${attribute.words}, ${totalText(root)}`, 12, across - 12, 'bold');
	if (text) {
		svgText(svg, text, 6, head / 2, 12, 'bold start');
	}
	for (const slice of slices) {
		addSlice(svg, slice, 'rect', {x: (slice.start * across).toFixed(2), y: head + slice.ring * row,
			width: Math.max(0, (slice.end - slice.start) * across).toFixed(2), height: row});
	}
	for (const slice of slices) {
		icicleLabel(svg, slice, slice.start * across, head + slice.ring * row, (slice.end - slice.start) * across, row);
	}
	return svg;
}
const chartWords = (root) => `${fullText(root)}: ${attribute.words}, ${countText(value(root))} bytes`;

/* ---- keys within the chart ---- */

function sliceKey(event, slice) {
	const ring = drawn.filter((other) => other.ring === slice.ring);
	const at = ring.indexOf(slice);
	const next = {
		ArrowRight: () => ring[(at + 1) % ring.length],
		ArrowLeft: () => ring[(at + ring.length - 1) % ring.length],
		ArrowDown: () => (view.icicle ? drawn.find((other) => other.parent === slice) : slice.parent),
		ArrowUp: () => (view.icicle ? slice.parent : drawn.find((other) => other.parent === slice)),
		Home: () => ring[0],
		End: () => ring[ring.length - 1],
	}[event.key];
	if (next) {
		event.preventDefault();
		const to = next();
		if (to) {
			rove(to);
			to.element.focus();
		}
	} else if (event.key === 'Enter' || event.key === ' ') {
		event.preventDefault();
		enter(slice);
	}
}
/* One slice is in the order of Tab: the one last focused. */
function rove(slice) {
	drawn.forEach((other) => other.element.setAttribute('tabindex', other === slice ? '0' : '-1'));
}
let focusAfter = false;
function enter(slice) {
	if (canZoom(slice)) {
		focusAfter = document.activeElement === slice.element;
		go({p: slice.node});
	} else if (slice.kind === 'own' || slice.kind === 'other') {
		if (slice.node !== view.node) {
			focusAfter = document.activeElement === slice.element;
			go({p: slice.node});
		}
	}
}
function leave() {
	if (view.node > 0) {
		focusAfter = $('chart').contains(document.activeElement);
		go({p: parents[view.node]});
	}
}

/* ---- tables ---- */

const asBytes = (get) => ({get, text: (row) => bytesText(get(row)), title: (row) => `${countText(get(row))} bytes`});
const asDelta = (get) => ({get, text: (row) => signedText(get(row)),
	title: (row) => `${signText(get(row))}${countText(Math.abs(get(row)))} bytes`});
const PART_COLUMNS = [
	{id: 'name', head: 'Name', name: true, get: (node) => (view.found ? pathText(node) : names[node])},
	{id: 'value', head: 'Share', get: (node) => value(node), share: true},
	{id: 'sum', head: 'Sum', sum: true, ...asBytes((node) => figures[node][STATIC] + figures[node][LIVE])},
	{id: 'static', head: 'Static', ...asBytes((node) => figures[node][STATIC])},
	{id: 'live', head: 'Live', ...asBytes((node) => figures[node][LIVE])},
	{id: 'waste', head: 'Waste', ...asBytes((node) => figures[node][WASTE])},
	{id: 'total', head: 'Total', ...asBytes((node) => figures[node][TOTAL])},
	{id: 'allocs', head: 'Allocs', get: (node) => figures[node][ALLOCS]},
	{id: 'frees', head: 'Frees', get: (node) => figures[node][FREES]},
];
const PART_CHANGE_COLUMNS = [
	...PART_COLUMNS.slice(0, 2),
	{id: 'before', head: 'Before', ...asBytes(beforeOf)},
	{id: 'after', head: 'After', ...asBytes(afterOf)},
	{id: 'delta', head: 'Delta', ...asDelta((node) => afterOf(node) - beforeOf(node))},
];
/* The sum of two columns, only where it is what the chart shows. */
const partColumns = () => (change ? PART_CHANGE_COLUMNS
	: PART_COLUMNS.filter((column) => !column.sum || attribute.id === 'current'));
const LEVEL = 0, NAME = 1, PLACE = 2, STATE = 3, BEFORE = 4, AFTER = 5;
const CHANGE_COLUMNS = [
	{id: 'caller', head: 'Name', name: true, get: (row) => row[NAME]},
	{id: 'level', head: 'Kind', name: true, get: (row) => row[LEVEL].replace('_', ' ')},
	{id: 'place', head: 'Place', name: true, get: (row) => (row[PLACE] === row[NAME] ? '' : row[PLACE] || '')},
	{id: 'state', head: 'State', name: true, get: (row) => row[STATE]},
	{id: 'before', head: 'Before', get: (row) => row[BEFORE]},
	{id: 'after', head: 'After', get: (row) => row[AFTER]},
	{id: 'delta', head: 'Delta', get: (row) => row[AFTER] - row[BEFORE], signed: true},
	{id: 'live', head: 'Change', get: (row) => Math.abs(row[AFTER] - row[BEFORE])},
];
const SITE_COLUMNS = change ? CHANGE_COLUMNS : [
	{id: 'caller', head: 'Call site', name: true, get: (site) => site[0]},
	{id: 'place', head: 'Source line', name: true, get: (site) => site[1] || ''},
	{id: 'directory', head: 'Directory', name: true, get: (site) => site[2] || ''},
	{id: 'live', head: 'Live bytes', get: (site) => site[4]},
	{id: 'waste', head: 'Waste', get: (site) => site[6]},
	{id: 'total', head: 'Total', get: (site) => site[5]},
	{id: 'allocs', head: 'Allocs', get: (site) => site[7]},
	{id: 'frees', head: 'Frees', get: (site) => site[8]},
];

function element(name, parent, text, className) {
	const made = document.createElement(name);
	if (text !== undefined) {
		made.textContent = text;
	}
	if (className) {
		made.className = className;
	}
	parent.append(made);
	return made;
}
/* "waste" sorts downwards, "-waste" the other way; names the other way round. */
function sorted(rows, columns, order, tie) {
	const reverse = order.startsWith('-');
	const column = columns.find((c) => c.id === order.replace('-', '')) || columns[1];
	const sign = (column.name ? -1 : 1) * (reverse ? -1 : 1);
	return rows.slice().sort((a, b) => {
		const x = column.get(a), y = column.get(b);
		return sign * (x < y ? 1 : x > y ? -1 : 0) || tie(a, b);
	});
}
function drawHead(table, columns, key, order) {
	const row = element('tr', element('thead', table));
	for (const column of columns) {
		const head = element('th', row, undefined, column.name ? 'name' : '');
		const isKey = column.id === order.replace('-', '');
		const down = order.startsWith('-') === Boolean(column.name);
		const button = element('button', head, column.head + (isKey ? (down ? ' \u2193' : ' \u2191') : ''));
		head.scope = 'col';
		head.setAttribute('aria-sort', isKey ? (down ? 'descending' : 'ascending') : 'none');
		button.type = 'button';
		button.dataset.column = column.id;
		button.setAttribute('aria-label', `Sort by ${column.head}`);
		button.addEventListener('click', () => {
			go({[key]: isKey && !order.startsWith('-') ? `-${column.id}` : column.id});
		});
	}
}
function more(button, shown, count, show) {
	button.hidden = shown >= count;
	button.textContent = `Show all ${countText(count)} rows`;
	button.onclick = show;
}
/* A table drawn anew leaves the focus where it was: on the head's button. */
function keepingFocus(table, draw) {
	const held = table.contains(document.activeElement) ? document.activeElement.dataset.column : undefined;
	table.replaceChildren();
	draw();
	if (held) {
		table.querySelector(`button[data-column="${held}"]`).focus();
	}
}

function drawParts(limit) {
	const table = $('parts'), whole = value(view.node);
	const shown = view.found ? [...view.found] : children[view.node].filter((n) => figures[n].some(Boolean));
	const rows = sorted(shown, partColumns(), view.sort, byName);
	const tops = new Map(drawn.filter((s) => s.ring === 0 && s.kind === 'node').map((s) => [s.node, s]));
	$('parts-title').textContent = view.found ? `Found: \u201c${view.query}\u201d` : `Parts of ${names[view.node]}`;
	$('parts-count').textContent = `${countText(rows.length)} ${rows.length === 1 ? 'part' : 'parts'}` +
		(view.found ? ` of ${names[view.node]}` : '');
	keepingFocus(table, () => {
		drawHead(table, partColumns(), 's', view.sort);
		const body = element('tbody', table);
		for (const node of rows.slice(0, limit)) {
			drawPart(element('tr', body), node, whole, tops.get(node));
		}
	});
	more($('parts-more'), Math.min(limit, rows.length), rows.length, () => drawParts(Infinity));
}
function drawPart(row, node, whole, slice) {
	for (const column of partColumns()) {
		const cell = element('td', row, undefined, column.name ? 'name' : '');
		if (column.name) {
			if (slice) {
				element('i', cell, undefined, 'swatch').style.background = hex(slice.top.colour);
			}
			const target = children[node].length ? node : view.found ? parents[node] : -1;
			if (target >= 0) {
				const link = element('button', cell, column.get(node), 'link');
				link.type = 'button';
				link.title = `${KINDS[kinds[node]]}; look inside`;
				link.addEventListener('click', () => go({p: target, q: ''}));
			} else {
				element('span', cell, column.get(node)).title = KINDS[kinds[node]];
			}
		} else if (column.share) {
			cell.className = 'share';
			element('i', cell).style.width = `${whole > 0 ? Math.min(100, 100 * value(node) / whole) : 0}%`;
			element('span', cell, shareText(value(node), whole));
		} else if (column.get(node) === 0) {
			element('span', cell, '0', 'none');
		} else {
			cell.textContent = column.text ? column.text(node) : countText(column.get(node));
			cell.title = column.title ? column.title(node) : '';
		}
	}
}
const isSiteHere = (site) => view.node === 0 || (site[3] >= 0 && isBelow(site[3], view.node));
/* Of a change all rows of a place are shown, whatever their sign; of a sign, its own. */
function isChangeHere(row) {
	if (parents[view.node] === 0) {
		return Math.sign(row[AFTER] - row[BEFORE]) === signOf(view.node);
	}
	const at = kinds[view.node] === SYMBOL ? fullText(parents[view.node]) : fullText(view.node);
	return view.node === 0 || row[PLACE] === at || (row[PLACE] || '').startsWith(`${at}/`);
}
function drawSites(limit) {
	const query = view.query.toLowerCase(), table = $('sites');
	const all = change ? change.rows : data.sites, isHere = change ? isChangeHere : isSiteHere;
	const rows = sorted(all.filter((row) => isHere(row) &&
		(!query || SITE_COLUMNS.some((column) => column.name && column.get(row).toLowerCase().includes(query)))),
	SITE_COLUMNS, view.siteSort, (a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0));
	$('sites-section').hidden = all.length === 0;
	$('sites-title').textContent = `${change ? 'Rows' : 'Call sites'} in ${names[view.node]}` +
		`${query ? ` that match \u201c${view.query}\u201d` : ''} (${countText(rows.length)})`;
	keepingFocus(table, () => {
		drawHead(table, SITE_COLUMNS, 'c', view.siteSort);
		const body = element('tbody', table);
		for (const site of rows.slice(0, limit)) {
			const row = element('tr', body);
			for (const column of SITE_COLUMNS) {
				const got = column.get(site);
				const text = column.name ? got : column.signed ? signText(got) + countText(Math.abs(got)) : countText(got);
				element('td', row, text, column.name ? 'name' : got === 0 ? 'none' : '');
			}
		}
	});
	more($('sites-more'), Math.min(limit, rows.length), rows.length, () => drawSites(Infinity));
}

/* ---- state: the address's hash ---- */

const view = {};
function decode(text) {
	try {
		return decodeURIComponent(text);
	} catch (error) {
		return text; /* a hand-made address */
	}
}
function readHash() {
	const got = {};
	for (const part of location.hash.slice(1).split('&')) {
		const at = part.indexOf('=');
		if (at > 0) {
			got[part.slice(0, at)] = part.slice(at + 1);
		}
	}
	view.node = got.p ? nodeAt(got.p.split('/').map(decode)) : 0;
	attribute = data.attributes.find((a) => a.id === got.a) || data.attributes[data.attribute];
	valueOf = VALUES[attribute.id];
	view.icicle = (got.v || data.view) === 'icicle';
	view.sort = decode(got.s || 'value');
	view.siteSort = decode(got.c || 'live');
	view.query = decode(got.q || '');
	view.theme = got.t === 'dark' || got.t === 'light' ? got.t : '';
}
/* Goes to the same view but for what changes; only typing replaces instead of adding to the history. */
function go(changes, replace) {
	const now = {p: view.node, a: attribute.id, v: view.icicle ? 'icicle' : 'rings', s: view.sort, c: view.siteSort,
		q: view.query, t: view.theme, ...changes};
	const parts = [];
	const put = (key, text, usual) => {
		if (text !== usual) {
			parts.push(`${key}=${encodeURIComponent(text)}`);
		}
	};
	if (now.p > 0) {
		parts.push(`p=${pathOf(now.p).map((node) => encodeURIComponent(names[node])).join('/')}`);
	}
	put('a', now.a, data.attributes[data.attribute].id);
	put('v', now.v, data.view);
	put('s', now.s, 'value');
	put('c', now.c, 'live');
	put('q', now.q, '');
	put('t', now.t, '');
	const hash = `#${parts.join('&')}`;
	if (hash === (location.hash || '#')) {
		return;
	}
	if (replace) {
		location.replace(hash);
	} else {
		location.hash = hash;
	}
}

function find() {
	const query = view.query.toLowerCase();
	view.found = query ? new Set() : null;
	for (let node = view.node + 1; query && node < ends[view.node]; node++) {
		if (!folded[node] && names[node].toLowerCase().includes(query)) {
			view.found.add(node);
		}
	}
}

const systemDark = matchMedia('(prefers-color-scheme: dark)');
const isDark = () => (view.theme ? view.theme === 'dark' : systemDark.matches);

function drawPath() {
	const list = $('path');
	list.replaceChildren();
	for (const node of [0, ...pathOf(view.node)]) {
		const item = element('li', list);
		if (node === view.node) {
			element('span', item, names[node]).setAttribute('aria-current', 'page');
		} else {
			const link = element('button', item, names[node], 'link');
			link.type = 'button';
			link.addEventListener('click', () => go({p: node}));
		}
	}
}
function drawChart() {
	const box = $('chart'), width = Math.floor(box.clientWidth);
	drawn = [];
	box.replaceChildren((view.icicle ? drawIcicle : drawRings)(view.node, width));
	if (drawn.length) {
		rove(drawn[0]);
	}
	if (focusAfter && drawn.length) {
		drawn[0].element.focus();
	}
	focusAfter = false;
}
function render() {
	readHash();
	find();
	if (view.theme) {
		document.documentElement.dataset.theme = view.theme;
	} else {
		delete document.documentElement.dataset.theme;
	}
	$('theme').textContent = isDark() ? 'Light theme' : 'Dark theme';
	$('attribute').value = attribute.id;
	$('rings').setAttribute('aria-pressed', String(!view.icicle));
	$('icicle').setAttribute('aria-pressed', String(view.icicle));
	if (document.activeElement !== $('search')) {
		$('search').value = view.query;
	}
	$('chart-title').textContent = `${names[view.node]}: ${attribute.words}, ${totalText(view.node)}`;
	$('sentence').textContent = attribute.sentence;
	$('detail').textContent = fullText(view.node) + (change
		? `: ${countText(beforeOf(view.node))} bytes before, ${countText(afterOf(view.node))} bytes after`
		: `: ${countText(value(view.node))} bytes`);
	drawPath();
	drawChart();
	drawParts(ROWS);
	drawSites(ROWS);
}

/* ---- controls ---- */

for (const each of data.attributes) {
	element('option', $('attribute'), each.words).value = each.id;
}
$('attribute').parentElement.hidden = data.attributes.length < 2;
$('attribute').addEventListener('change', (event) => go({a: event.target.value}));
$('rings').addEventListener('click', () => go({v: 'rings'}));
$('icicle').addEventListener('click', () => go({v: 'icicle'}));
$('theme').addEventListener('click', () => go({t: isDark() ? 'light' : 'dark'}));
$('search').addEventListener('input', (event) => go({q: event.target.value}, true));
$('search').addEventListener('keydown', (event) => {
	const first = $('parts').querySelector('tbody button');
	if (event.key === 'Enter' && first) {
		first.focus();
	}
});
document.addEventListener('keydown', (event) => {
	const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
	if (event.ctrlKey || event.altKey || event.metaKey) {
		return;
	}
	if (event.key === '/' && !typing) {
		event.preventDefault();
		$('search').focus();
		$('search').select();
	} else if (event.key === 'Escape' && (view.query || $('search').value)) {
		event.preventDefault();
		$('search').value = '';
		go({q: ''});
	} else if (event.key === 'Escape' && event.target === $('search')) {
		$('search').blur();
	} else if (event.key === 'Escape') {
		leave();
	}
});
systemDark.addEventListener('change', render);
addEventListener('hashchange', render);
addEventListener('beforeprint', () => {
	drawParts(Infinity);
	drawSites(Infinity);
});
let resizing;
addEventListener('resize', () => {
	clearTimeout(resizing);
	resizing = setTimeout(drawChart, 120);
});
$('app').hidden = false;
render();
})();
