// Words from Word, Outlook, LibreOffice, Google Docs or a web page as Markdown: headings, bold and italic, lists, links, tables
// and quotations are kept, everything else becomes plain text. The HTML is parsed apart from the page: nothing in it runs or
// loads, and only text comes out of here.

import { escaped, written } from './markdown-words.js';

const LARGEST = 2_000_000;
const BLOCKS = 'address,article,aside,blockquote,center,dd,div,dl,dt,fieldset,figcaption,figure,footer,form,h1,h2,h3,h4,h5,h6,header,hr,li,main,nav,ol,p,pre,section,table,ul';
const DROPPED = 'script,style,meta,link,title,template,noscript,iframe,object,embed,svg,math,img,video,audio,canvas,input,select,textarea,del,[hidden],.MsoFooter,.MsoHeader,div[title="footer"],div[title="header"],.MsoCommentText,.MsoCommentReference,.MsoCommentSubject';
const HIDDEN = /display:\s*none|visibility:\s*hidden|mso-hide:\s*all|mso-element:\s*(?:header|footer|comment)|mso-list:\s*ignore/iu;
const WORD_LIST = /mso-list:\s*l\d+\s+level(\d+)/iu;
const NUMBERED = /^\s*\(?(?:\d+|[a-z]{1,3})[.)]/iu;
const CODE = /white-space:\s*pre/iu;
const TOP_HEADING = 2;
const DEEPEST_HEADING = 6;

// Markdown for HTML from the clipboard; nothing when the plain text is just as good.
export function fromHtml(html) {
  if (html.length > LARGEST) return '';
  const cut = /<!--\s*StartFragment\s*-->([\s\S]*?)<!--\s*EndFragment\s*-->/iu.exec(html);
  const { body } = new DOMParser().parseFromString(unstyled(cut ? cut[1] : html), 'text/html');
  if (CODE.test(body.firstElementChild?.dataset.css ?? '') && !body.querySelector('p,li,table,h1,h2,h3,b,a')) return '';
  markWordLists(body);
  for (const element of body.querySelectorAll(DROPPED)) element.remove();
  for (const element of body.querySelectorAll('[data-css]')) if (HIDDEN.test(element.dataset.css)) element.remove();
  return joined(levelled(blocksOf(body)));
}

// Our policy forbids styles and handlers, and browsers complain of them even in a document that is never shown.
function unstyled(html) {
  return html.replace(/<style[\s\S]*?<\/style>/giu, '').replace(/<[a-z][^>]*>/giu, (tag) => tag.replace(/(?<=[\s"'/])(style|on[a-z]+)\s*=/giu, (_, name) => (name.toLowerCase() === 'style' ? 'data-css=' : 'data-off=')));
}

// Word writes lists as paragraphs; whether they are numbered only their marks tell, which are hidden text.
function markWordLists(body) {
  for (const paragraph of body.querySelectorAll('[data-css*="mso-list"]')) {
    const level = WORD_LIST.exec(paragraph.dataset.css);
    if (!level) continue;
    const mark = [...paragraph.querySelectorAll('[data-css]')].find((one) => /mso-list:\s*ignore/iu.test(one.dataset.css));
    paragraph.dataset.depth = Number(level[1]) - 1;
    if (mark && NUMBERED.test(mark.textContent)) paragraph.dataset.numbered = '';
  }
}

// Blocks are { text }, headings { heading, text }, list items { depth, numbered, text }.
function blocksOf(node) {
  const blocks = [];
  let run = [];
  const flush = () => {
    blocks.push(...paragraphs(run));
    run = [];
  };
  for (const child of node.childNodes) {
    if (child.nodeType === Node.ELEMENT_NODE && (child.matches(BLOCKS) || child.querySelector(BLOCKS))) {
      flush();
      blocks.push(...block(child));
    } else run.push(child);
  }
  flush();
  return blocks;
}

function paragraphs(nodes) {
  return written(nodes).split(/\n{2,}/u).map((text) => text.trim()).filter(Boolean).map((text) => ({ text: escaped(text) }));
}

function block(element) {
  const name = element.localName;
  if (/^h[1-6]$/u.test(name) || element.matches('.MsoTitle, [role="heading"]')) return heading(element, Number(name[1]) || 1);
  if (element.dataset.depth !== undefined) return wordItem(element);
  if (name === 'ul' || name === 'ol') return items(element, 0);
  if (name === 'li') return item(element, 0, false);
  if (name === 'blockquote') return quotation(element);
  if (name === 'table') return table(element);
  if (name === 'pre') return code(element);
  return name === 'hr' ? [{ text: '---' }] : blocksOf(element);
}

function heading(element, level) {
  const text = written([element], { plain: true }).replace(/\s+/gu, ' ').trim();
  return text ? [{ heading: level, text }] : [];
}

function wordItem(element) {
  const text = escaped(written([element]).replace(/\s*\n\s*/gu, ' ').trim());
  return text ? [{ depth: Number(element.dataset.depth), numbered: 'numbered' in element.dataset, text }] : [];
}

function items(list, depth) {
  const numbered = list.localName === 'ol';
  return [...list.children].flatMap((child) => {
    if (child.matches('ul, ol')) return items(child, depth + 1);
    return child.localName === 'li' ? item(child, depth, numbered) : blocksOf(child);
  });
}

function item(element, depth, numbered) {
  const inner = element.cloneNode(true);
  const lists = [...inner.querySelectorAll('ul, ol')].filter((one) => !one.parentElement.closest('ul, ol') || one.parentElement.closest('ul, ol') === inner);
  for (const one of lists) one.remove();
  const text = blocksOf(inner).map((one) => one.text).join(' ').replace(/\s*\n\s*/gu, ' ').trim();
  const below = lists.flatMap((one) => items(one, depth + 1));
  return text ? [{ depth, numbered, text }, ...below] : below;
}

function quotation(element) {
  const text = joined(levelled(blocksOf(element)));
  return text ? [{ text: text.split('\n').map((line) => `> ${line}`.trimEnd()).join('\n') }] : [];
}

function code(element) {
  const text = element.textContent.replace(/\s+$/u, '');
  const fence = text.includes('```') ? '~~~~' : '```';
  return text.trim() ? [{ text: `${fence}\n${text}\n${fence}` }] : [];
}

// A table with a table in it, or of one row or column, only arranges a page: its words come as paragraphs.
function table(element) {
  const rows = [...element.rows].map((row) => [...row.cells].flatMap(cellsOf));
  const width = Math.max(0, ...rows.map((row) => row.length));
  const filled = rows.filter((row) => row.some(Boolean));
  if (element.querySelector('table') || width < 2 || filled.length < 2) {
    return [...element.querySelectorAll(':scope > caption'), ...element.rows].flatMap((row) => (row.cells ? [...row.cells].flatMap(blocksOf) : blocksOf(row)));
  }
  const line = (row) => `| ${Array.from({ length: width }, (_, place) => row[place] ?? '').join(' | ')} |`;
  const [head, ...body] = filled;
  const caption = element.caption ? paragraphs([element.caption]) : [];
  return [...caption, { text: [line(head), line(Array(width).fill('---')), ...body.map(line)].join('\n') }];
}

function cellsOf(cell) {
  const text = blocksOf(cell).map((one) => one.text).join(' ').replace(/\s*\n\s*/gu, ' ').replace(/(?<!\\)\|/gu, '\\|');
  return [text, ...Array(Math.min(cell.colSpan, 40) - 1).fill('')];
}

// The highest heading of what was pasted becomes one below the title of the page.
function levelled(blocks) {
  const top = Math.min(...blocks.map((one) => one.heading ?? DEEPEST_HEADING));
  return blocks.map((one) => {
    if (!one.heading) return one;
    return { text: `${'#'.repeat(Math.min(DEEPEST_HEADING, one.heading - top + TOP_HEADING))} ${one.text}` };
  });
}

function joined(blocks) {
  let text = '';
  let levels = [];
  for (const one of blocks) {
    const another = one.depth === 0 && levels[0] && levels[0].numbered !== one.numbered;
    const goesOn = one.depth !== undefined && levels.length > 0 && !another;
    if (text) text += goesOn ? '\n' : '\n\n';
    if (one.depth === undefined) levels = [];
    text += one.depth === undefined ? one.text : itemLine(one, levels);
  }
  return text;
}

// An item below another stands under its words; numbers count per level.
function itemLine({ depth, numbered, text }, levels) {
  levels.length = Math.min(levels.length, depth + 1);
  const own = levels[depth] ?? levels[levels.push({ count: 0, numbered }) - 1];
  if (own.numbered !== numbered) Object.assign(own, { count: 0, numbered });
  own.count += 1;
  own.mark = numbered ? `${own.count}. ` : '- ';
  const above = levels.slice(0, levels.indexOf(own)).reduce((width, one) => width + one.mark.length, 0);
  return ' '.repeat(above) + own.mark + text;
}
