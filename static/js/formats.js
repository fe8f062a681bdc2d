// What the tools of the writing surface do to Markdown, as pure functions: (text, start, end) of a selection in, a change out:
// { from, to, put, start, end } says which characters to replace by what, and what is selected afterwards.

const SPANS = {
  bold: { mark: '**', pattern: /\*\*(?=[^\s*])(.+?)(?<=[^\s*])\*\*/gu },
  italic: { mark: '*', pattern: /(?<![*\\])\*(?=[^\s*])(.+?)(?<=[^\s*])\*(?!\*)/gu },
};
const BLOCK = /^(\s*)(?:#{1,6} |[-*+] |\d{1,9}[.)] )/u;
const LINES = {
  heading: { has: /^#{1,6} /u, put: () => '## ' },
  list: { has: /^\s*[-*+] /u, put: () => '- ' },
  numbered: { has: /^\s*\d{1,9}[.)] /u, put: (place) => `${place + 1}. ` },
  quote: { has: /^> ?/u, put: () => '> ', keeps: true },
};
const CONTINUED = /^(\s*(?:> ?)*)((?:[-*+]|(\d{1,9})([.)])) +)?/u;
const ADDRESS = /^(?:https?:\/\/|www\.)\S+$/iu;

// The tools that apply where the selection is, to show them as pressed.
export function stateAt(text, start, end) {
  const { from, to } = lineAround(text, start, end);
  const lines = filled(text.slice(from, to).split('\n'));
  const state = {};
  for (const name of Object.keys(SPANS)) state[name] = Boolean(spanAround(text, start, end, name));
  for (const [name, { has }] of Object.entries(LINES)) state[name] = lines.length > 0 && lines.every((line) => has.test(line));
  return state;
}

export function change(name, text, start, end, words = '') {
  if (name in SPANS) return toggleSpan(name, text, start, end);
  if (name in LINES) return toggleLines(name, text, start, end);
  return { link, post, table }[name](text, start, end, words);
}

function lineAround(text, start, end) {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const last = end > start && text[end - 1] === '\n' ? end - 1 : end;
  const stop = text.indexOf('\n', last);
  return { from, to: stop < 0 ? text.length : stop };
}

function filled(lines) {
  return lines.filter((line) => line.trim());
}

function spanAround(text, start, end, name) {
  const { from, to } = lineAround(text, start, end);
  const { mark, pattern } = SPANS[name];
  for (const found of text.slice(from, to).matchAll(pattern)) {
    const begin = from + found.index;
    const stop = begin + found[0].length;
    if (begin <= start && end <= stop) return { begin, stop, inner: text.slice(begin + mark.length, stop - mark.length) };
  }
  return null;
}

function toggleSpan(name, text, start, end) {
  const { mark } = SPANS[name];
  const there = spanAround(text, start, end, name);
  if (there) {
    const move = (place) => Math.max(there.begin, Math.min(place - mark.length, there.begin + there.inner.length));
    return { from: there.begin, to: there.stop, put: there.inner, start: move(start), end: move(end) };
  }
  const { from, to } = start === end ? wordAround(text, start) : { from: start, to: end };
  if (from === to) return { from, to, put: mark + mark, start: from + mark.length, end: from + mark.length };
  const put = text.slice(from, to).split('\n').map((line) => marked(line, mark)).join('\n');
  const inside = start === end ? start + mark.length : from + mark.length;
  return put.includes('\n')
    ? { from, to, put, start: from, end: from + put.length }
    : { from, to, put, start: inside, end: start === end ? inside : from + put.trimEnd().length - mark.length };
}

function marked(line, mark) {
  const [, before, words, after] = /^(\s*(?:> ?)*(?:#{1,6} |[-*+] |\d{1,9}[.)] )?\s*)(.*?)(\s*)$/u.exec(line);
  return words ? before + mark + words + mark + after : line;
}

function wordAround(text, place) {
  const before = /[\p{L}\p{N}'’-]*$/u.exec(text.slice(0, place))[0].length;
  const after = /^[\p{L}\p{N}'’-]*/u.exec(text.slice(place))[0].length;
  return { from: place - before, to: place + after };
}

function toggleLines(name, text, start, end) {
  const { from, to } = lineAround(text, start, end);
  const { has, put: prefix, keeps } = LINES[name];
  const lines = text.slice(from, to).split('\n');
  const goes = filled(lines).length > 0 && filled(lines).every((line) => has.test(line));
  let place = 0;
  const changed = lines.map((line) => {
    if (!line.trim() && lines.length > 1) return line;
    if (goes) return line.replace(has, '');
    return prefix(place++) + (keeps ? line : line.replace(BLOCK, ''));
  });
  const put = changed.join('\n');
  const alone = start === end && lines.length === 1;
  const caret = Math.max(from, start + put.length - (to - from));
  return { from, to, put, start: alone ? caret : from, end: alone ? caret : from + put.length };
}

function link(text, start, end) {
  const words = text.slice(start, end);
  if (ADDRESS.test(words.trim())) return { from: start, to: end, put: `[](${words.trim()})`, start: start + 1, end: start + 1 };
  const put = `[${words.replace(/\s*\n\s*/gu, ' ')}](https://)`;
  const place = start + put.length - 1;
  return words ? { from: start, to: end, put, start: place - 8, end: place } : { from: start, to: end, put, start: start + 1, end: start + 1 };
}

// Two brackets make completion.js offer what there is.
function post(text, start, end) {
  const put = `[[${text.slice(start, end)}`;
  return { from: start, to: end, put, start: start + put.length, end: start + put.length };
}

function table(text, start, end, words) {
  const head = `| ${words} 1 | ${words} 2 |`;
  const lines = [head, '| --- | --- |', '|  |  |', '|  |  |'];
  const put = `${apart(text.slice(0, end))}${lines.join('\n')}\n\n`;
  const begin = end + put.indexOf('|') + 2;
  return { from: end, to: end, put, start: begin, end: begin + words.length + 2 };
}

// The empty line that a block needs before it.
export function apart(before) {
  if (!before.trim() || before.endsWith('\n\n')) return '';
  return before.endsWith('\n') ? '\n' : '\n\n';
}

// Enter within a list or quotation begins its next line; on an empty one it ends it. Null: an ordinary new line.
export function continued(text, place) {
  const from = text.lastIndexOf('\n', place - 1) + 1;
  const [prefix, around, item, number, dot] = CONTINUED.exec(text.slice(from, place));
  const stop = text.indexOf('\n', place);
  if (!prefix.trim()) return null;
  if (!text.slice(from + prefix.length, stop < 0 ? undefined : stop).trim()) {
    return { from, to: place, put: '', start: from, end: from };
  }
  const next = item === undefined ? around : around + (number ? `${Number(number) + 1}${dot} ` : item);
  return { from: place, to: place, put: `\n${next}`, start: place + next.length + 1, end: place + next.length + 1 };
}

// Headings that the text does not have yet, at its end.
export function headed(text, headings) {
  const there = new Set(text.split('\n').map((line) => line.trim()));
  const missing = headings.filter((line) => !there.has(line));
  if (!missing.length) return null;
  const put = `${apart(text)}${missing.join('\n\n')}\n\n`;
  const first = text.length + put.indexOf(missing[0]) + missing[0].length;
  return { from: text.length, to: text.length, put, start: first, end: first };
}
