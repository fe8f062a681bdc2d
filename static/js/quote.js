// Text marked in a post or comment can be quoted: a button appears beside it and puts "> ..." into the form below, with
// where it comes from. While text is marked and no link or field has the focus, the Tab key goes to the button first.
// Without this script every comment has a link "Quote".

const form = document.querySelector('.comment-form');
const area = form?.querySelector('textarea');
const words = document.getElementById('write')?.dataset;
const CONTROLS = 'a, button, input, select, textarea, summary';
const SHORTEST = 3;
const PAUSE = 200;

function markedText() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const start = range.commonAncestorContainer;
  const source = (start.nodeType === Node.ELEMENT_NODE ? start : start.parentElement)?.closest('[data-quote-url]');
  const text = selection.toString().trim();
  return source && text.length >= SHORTEST ? { source, text, place: range.getBoundingClientRect() } : null;
}

function quotation({ source, text }) {
  const name = source.dataset.quoteName.replace(/[[\]\\]/g, '');
  const lines = [`[${name}](${source.dataset.quoteUrl}):`, '', ...text.split(/\r?\n/)];
  return lines.map((line) => `> ${line}`.trimEnd()).join('\n');
}

function addToForm(quote) {
  const before = area.value.trimEnd();
  area.value = `${before}${before ? '\n\n' : ''}${quote}\n\n`;
  area.dispatchEvent(new Event('input', { bubbles: true }));
  area.focus();
  area.setSelectionRange(area.value.length, area.value.length);
  area.scrollIntoView({ block: 'center' });
}

function start() {
  const button = Object.assign(document.createElement('button'), { type: 'button', textContent: words.quoteLabel });
  button.className = 'button button-secondary quote-button';
  const status = Object.assign(document.createElement('div'), { className: 'visually-hidden' });
  status.setAttribute('role', 'status');
  form.append(status);
  let marked = null;
  let timer;

  function update() {
    if (document.activeElement === button) return;
    marked = markedText();
    if (!marked) {
      button.remove();
      status.textContent = '';
      return;
    }
    marked.source.after(button);
    button.style.insetBlockStart = `${scrollY + marked.place.bottom + 8}px`;
    button.style.left = `${scrollX + Math.max(8, Math.min(marked.place.left, innerWidth - button.offsetWidth - 16))}px`;
    status.textContent = words.quoteHint;
  }

  document.addEventListener('selectionchange', () => {
    clearTimeout(timer);
    timer = setTimeout(update, PAUSE);
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Tab' || event.shiftKey || !button.isConnected || document.activeElement?.matches(CONTROLS)) return;
    event.preventDefault();
    button.focus();
  });
  button.addEventListener('pointerdown', (event) => event.preventDefault()); // the text stays marked
  button.addEventListener('click', () => {
    if (marked) addToForm(quotation(marked));
    button.remove();
  });
  button.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') button.remove();
  });
}

if (area && words) start();
