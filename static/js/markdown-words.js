// The words of pasted HTML as Markdown: bold, italic, struck out, code and links; what would be read as Markdown is escaped.

const BOLD = /(?<![-\w])font-weight:\s*(?:bold|bolder|[6-9]00)/iu;
const NOT_BOLD = /(?<![-\w])font-weight:\s*(?:normal|lighter|[1-5]00)/iu;
const ITALIC = /(?<![-\w])font-style:\s*(?:italic|oblique)/iu;
const STRUCK = /text-decoration[^;]*:\s*[^;]*line-through/iu;
const SPACE = /[\t\n\f\r \u00a0]+/gu;
const ADDRESS = /https?:\/\/[^\s<>]+/giu;
const WRAPPERS = [
  { host: /(?:^|\.)safelinks\.protection\.outlook\.com$/u, name: 'url' },
  { host: /^(?:www\.)?google\.[a-z.]+$/u, path: '/url', name: 'q' },
];
const BREAK = '\u0000';

// The nodes as Markdown on one line, but for line breaks. With `plain`, only their text.
export function written(nodes, { plain = false } = {}) {
  const runs = [];
  for (const node of nodes) gather(node, { bold: false, italic: false, struck: false, code: false, href: '' }, runs);
  const text = plain ? runs.map((run) => literal(run.text)).join('') : linked(merged(runs));
  return text
    .replaceAll(new RegExp(` *${BREAK} *`, 'gu'), BREAK)
    .replaceAll(new RegExp(`${BREAK}{2,}`, 'gu'), '\n\n')
    .replaceAll(BREAK, plain ? ' ' : '  \n')
    .replace(/(?<!\n) +(?! ?\n)/gu, ' ')
    .trim();
}

// What Markdown would take for a heading, list, quotation or rule at the beginning of a line.
export function escaped(text) {
  return text.split('\n').map((line) => line.replace(/^(?=(?:#{1,6}|[-+]|>|={2,}|-{3,})(?:\s|$)|>)/u, '\\').replace(/^(\d{1,9})([.)])(?=\s)/u, '$1\\$2')).join('\n');
}

function gather(node, style, runs) {
  if (node.nodeType === Node.TEXT_NODE) {
    const text = node.data.replace(SPACE, ' ');
    if (text) runs.push({ ...style, text });
  } else if (node.nodeType === Node.ELEMENT_NODE) {
    if (node.localName === 'br') runs.push({ ...style, text: BREAK });
    else for (const child of node.childNodes) gather(child, styled(node, style), runs);
  }
}

function styled(element, before) {
  const name = element.localName;
  const css = element.dataset.css ?? '';
  const style = { ...before };
  if (['b', 'strong', 'th'].includes(name) || BOLD.test(css)) style.bold = name !== 'th';
  if (NOT_BOLD.test(css)) style.bold = false;
  if (['i', 'em', 'cite'].includes(name) || ITALIC.test(css)) style.italic = !/(?<![-\w])font-style:\s*normal/iu.test(css);
  if (['s', 'strike'].includes(name) || STRUCK.test(css)) style.struck = true;
  if (['code', 'kbd', 'samp', 'tt'].includes(name)) style.code = true;
  if (name === 'a') style.href = addressOf(element.getAttribute('href') ?? '');
  return style;
}

// Only addresses that lead out into the web or to a mailbox; the detours of mail programs are straightened.
function addressOf(href) {
  let url;
  try {
    url = new URL(href.trim());
  } catch {
    return '';
  }
  for (const { host, path, name } of WRAPPERS) {
    const target = url.searchParams.get(name);
    if (host.test(url.hostname) && (!path || url.pathname === path) && /^https?:\/\//iu.test(target ?? '')) return addressOf(target);
  }
  return ['http:', 'https:', 'mailto:'].includes(url.protocol) ? href.trim().replace(/[\s()<>\\]/gu, (one) => encodeURIComponent(one).replace('(', '%28').replace(')', '%29')) : '';
}

// Neighbours of the same style are one; white space has none, so that marks stand at words.
function merged(runs) {
  const all = [];
  for (const run of runs) {
    const last = all.at(-1);
    const blank = !run.text.replaceAll(BREAK, '').trim();
    if (last && (sameStyle(last, run) || (blank && last.href === run.href))) last.text += run.text;
    else all.push(blank ? { ...run, bold: false, italic: false, struck: false, code: false } : { ...run });
  }
  return all;
}

function sameStyle(one, other) {
  return ['bold', 'italic', 'struck', 'code', 'href'].every((name) => one[name] === other[name]);
}

function linked(runs) {
  let text = '';
  for (let place = 0; place < runs.length; place += 1) {
    const { href } = runs[place];
    const group = [];
    while (place < runs.length && runs[place].href === href) group.push(runs[place++]);
    place -= 1;
    text += href ? link(group, href) : group.map(marked).join('');
  }
  return text;
}

function link(group, href) {
  const words = group.map((run) => run.text).join('').replaceAll(BREAK, ' ');
  if (!words.trim()) return words;
  if (words.trim() === href || words.trim() === href.replace(/^mailto:/u, '')) return words;
  const [, before, , after] = /^(\s*)([\s\S]*?)(\s*)$/u.exec(words);
  const inner = group.map(marked).join('').replaceAll(BREAK, ' ').trim().replace(/(?<!\\)[[\]]/gu, '\\$&');
  return `${before}[${inner}](${href})${after}`;
}

function marked(run) {
  const [, before, words, after] = /^([\s\u0000]*)([\s\S]*?)([\s\u0000]*)$/u.exec(run.text);
  if (!words) return run.text;
  if (run.code && !words.includes('`')) return `${before}\`${words.replaceAll(BREAK, ' ')}\`${after}`;
  const mark = (run.struck ? '~~' : '') + (run.bold ? '**' : '') + (run.italic ? '*' : '');
  const back = (run.italic ? '*' : '') + (run.bold ? '**' : '') + (run.struck ? '~~' : '');
  const inner = words.split(BREAK).map((line) => (line.trim() ? mark + literal(line.trim()) + back : '')).join(BREAK);
  return before + inner + after;
}

// Text that stays as it is, whatever it looks like; addresses are left whole.
function literal(text) {
  let done = '';
  let last = 0;
  for (const found of text.matchAll(ADDRESS)) {
    done += harmless(text.slice(last, found.index)) + found[0];
    last = found.index + found[0].length;
  }
  return done + harmless(text.slice(last));
}

function harmless(text) {
  return text
    .replace(/[\\`]/gu, '\\$&')
    .replace(/\*(?!\s)|(?<!\s)\*/gu, '\\*')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
    .replace(/\[(?=[^\]]*\]\s*[([:])/gu, '\\[')
    .replace(/<(?=[a-z/!?])/giu, '\\<')
    .replace(/~~/gu, '\\~~');
}
