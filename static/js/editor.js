// The writing surface: tools above a plain text area, keys, and what is loaded only when it is needed (preview and advice, clean
// paste, files, completion). The tools change the text as typing does, so that the browser's own undo takes them back.
// Without this script: the text area, the preview button, "Insert headings", and the page of files.

const KEYS = { b: 'bold', i: 'italic', k: 'link' };
const formats = () => import('./formats.js');

export class Editor {
  constructor(place) {
    this.place = place;
    this.area = place.querySelector('textarea');
    this.bar = place.querySelector('.toolbar');
    this.tools = [...(this.bar?.querySelectorAll('.tool') ?? [])];
    this.listen();
  }

  listen() {
    const { area, bar } = this;
    area.addEventListener('keydown', (event) => this.press(event));
    area.addEventListener('keyup', () => { this.shifted = false; });
    area.addEventListener('paste', (event) => this.paste(event));
    if (document.activeElement === area) import('./completion.js'); // somebody was faster than this script
    else area.addEventListener('focus', () => import('./completion.js'), { once: true });
    if (this.place.dataset.previewUrl) area.addEventListener('input', () => this.readAlong(), { once: true });
    for (const name of ['keyup', 'pointerup', 'input', 'focus']) area.addEventListener(name, () => this.showState());
    bar?.addEventListener('click', (event) => this.use(event.target.closest('.tool')));
    bar?.addEventListener('keydown', (event) => this.move(event));
    this.place.querySelector('[data-headings]')?.addEventListener('click', (event) => this.addHeadings(event));
    if (bar?.querySelector('[data-tool="file"]')) this.takeFiles();
    if (!CSS.supports('field-sizing', 'content')) area.addEventListener('input', () => grow(area));
  }

  // Replace characters as typing would.
  apply(done) {
    const { area } = this;
    area.focus();
    area.setSelectionRange(done.from, done.to);
    const isChange = done.put || done.from !== done.to;
    const typed = isChange && document.execCommand(done.put ? 'insertText' : 'delete', false, done.put);
    if (isChange && !typed) {
      area.setRangeText(done.put, done.from, done.to, 'end');
      area.dispatchEvent(new Event('input', { bubbles: true }));
    }
    area.setSelectionRange(done.start, done.end);
    this.showState();
  }

  async use(tool) {
    if (!tool) return;
    this.choose(tool);
    const name = tool.dataset.tool;
    if (name === 'preview') return (await this.preview()).toggle(tool);
    if (name === 'file') return (await import('./attach.js')).choose(this);
    if (name === 'undo') {
      this.area.focus();
      document.execCommand('undo');
      return;
    }
    const { value, selectionStart, selectionEnd } = this.area;
    this.apply((await formats()).change(name, value, selectionStart, selectionEnd, tool.dataset.words));
    if (name === 'post') this.area.dispatchEvent(new Event('input', { bubbles: true }));
  }

  press(event) {
    if (event.isComposing || event.altKey) return;
    this.shifted = event.shiftKey;
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key in KEYS && this.bar) {
      event.preventDefault();
      this.use(this.tools.find((tool) => tool.dataset.tool === KEYS[event.key]));
    } else if (event.key === 'Enter' && !event.shiftKey && !event.ctrlKey && !event.defaultPrevented) this.newLine(event);
  }

  newLine(event) {
    const { value, selectionStart, selectionEnd } = this.area;
    const done = selectionStart === selectionEnd && this.known?.continued(value, selectionStart);
    if (!done) return;
    event.preventDefault();
    this.apply(done);
  }

  // The arrow keys move among the tools; Tab leaves them.
  move(event) {
    const now = this.tools.indexOf(document.activeElement);
    const last = this.tools.length - 1;
    const forwards = getComputedStyle(this.bar).direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    const backwards = forwards === 'ArrowLeft' ? 'ArrowRight' : 'ArrowLeft';
    const next = { [forwards]: now === last ? 0 : now + 1, [backwards]: now ? now - 1 : last, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    this.choose(this.tools[next]);
    this.tools[next].focus();
  }

  choose(tool) {
    for (const one of this.tools) one.tabIndex = one === tool ? 0 : -1;
  }

  async showState() {
    this.known = await formats();
    const { value, selectionStart, selectionEnd } = this.area;
    const state = this.known.stateAt(value, selectionStart, selectionEnd);
    for (const tool of this.tools) {
      if (tool.dataset.tool in state) tool.setAttribute('aria-pressed', String(state[tool.dataset.tool]));
    }
  }

  async addHeadings(event) {
    const button = event.currentTarget;
    event.preventDefault();
    const done = (await formats()).headed(this.area.value, button.dataset.headings.split('\n'));
    if (done) this.apply(done);
    else this.area.focus();
  }

  async preview() {
    this.live ??= new (await import('./live-preview.js')).LivePreview(this);
    return this.live;
  }

  async readAlong() {
    (await this.preview()).later();
  }

  // Words from elsewhere become Markdown; with Shift they come as they are.
  paste(event) {
    const { items, files } = event.clipboardData;
    const html = this.shifted ? '' : event.clipboardData.getData('text/html');
    const plain = event.clipboardData.getData('text/plain');
    if (files.length && !plain.trim() && this.area.dataset.files !== undefined) {
      event.preventDefault();
      const chosen = [...files];
      import('./attach.js').then((attach) => attach.add(this, chosen));
    } else if (html && items.length) {
      event.preventDefault();
      const { selectionStart: from, selectionEnd: to } = this.area;
      import('./paste.js').then(({ fromHtml }) => {
        const put = fromHtml(html) || plain;
        this.apply({ from, to, put, start: from + put.length, end: from + put.length });
      });
    }
  }

  takeFiles() {
    const { place, area } = this;
    area.dataset.files = '';
    const has = (event) => event.dataTransfer?.types.includes('Files');
    place.addEventListener('dragover', (event) => {
      if (!has(event)) return;
      event.preventDefault();
      place.classList.add('is-over');
    });
    place.addEventListener('dragleave', (event) => {
      if (!place.contains(event.relatedTarget)) place.classList.remove('is-over');
    });
    place.addEventListener('drop', (event) => {
      if (!has(event)) return;
      event.preventDefault();
      place.classList.remove('is-over');
      const chosen = [...event.dataTransfer.files];
      import('./attach.js').then((attach) => attach.add(this, chosen));
    });
  }
}

function grow(area) {
  area.style.blockSize = 'auto';
  area.style.blockSize = `${area.scrollHeight + 2}px`;
}

// What is typed is checked for spelling in its own language; how much room is left is told near the end of it.
function attend(form) {
  form.elements.language?.addEventListener('change', ({ target }) => {
    for (const field of form.querySelectorAll('textarea, input[dir="auto"]')) field.lang = target.value;
  });
  form.addEventListener('input', ({ target }) => {
    const most = Number(target.dataset.maxlength);
    if (most && target.value.length > most * 0.8) import('./budget.js').then(({ tell }) => tell(target, most));
  });
  form.addEventListener('click', (event) => {
    const button = event.target.closest('[data-swap]');
    if (!button) return;
    event.preventDefault();
    import('./swap.js').then(({ swap }) => swap(button));
  });
  if (form.dataset.advice) {
    form.addEventListener('input', () => import('./post-suggestions.js').then(({ suggest }) => suggest(form)), { once: true });
  }
}

for (const place of document.querySelectorAll('[data-editor]')) new Editor(place);
for (const form of document.querySelectorAll('form[data-draft]')) attend(form);
