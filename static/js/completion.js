// Offers names after an @ in a text area with data-mentions, and posts and organisations to link to after [[ in one with
// data-links; each holds the address that gives them.
// The keyboard follows ARIA's list autocomplete: arrow keys choose, Enter or Tab takes, Escape closes. The text area keeps
// its own role (several lines are no combobox); how many there are is said by a status region.
// Without this script people write the whole name, and posting finds whose it is; links come from the address of a page.

const KINDS = [
  { name: 'mentions', before: /(?:^|[\s(])(@)([\p{L}\p{N}][^\n@[\]()]{1,40})$/u, mostWords: 4 },
  { name: 'links', before: /(\[\[)([^\n[\]]{2,60})$/u, mostWords: 10 },
];
const LOOKING_BACK = 80;
const PAUSE = 150;

class Completion {
  constructor(area) {
    this.area = area;
    this.found = [];
    this.chosen = -1;
    this.list = this.add('ul', { className: 'mention-list', id: `${area.id}-names`, hidden: true });
    this.list.setAttribute('role', 'listbox');
    this.list.setAttribute('aria-label', area.dataset.listLabel);
    this.status = this.add('div', { className: 'visually-hidden' });
    this.status.setAttribute('role', 'status');
    area.setAttribute('aria-autocomplete', 'list');
    area.setAttribute('aria-controls', this.list.id);
    area.addEventListener('input', () => this.later());
    area.addEventListener('keydown', (event) => this.press(event), { capture: true });
    area.addEventListener('blur', () => this.close());
    this.list.addEventListener('pointerdown', (event) => {
      event.preventDefault(); // the text area keeps the focus
      const option = event.target.closest('[role="option"]');
      if (option) this.take(Number(option.dataset.place));
    });
    if (document.activeElement === area) this.later(); // somebody typed faster than this script came
  }

  add(name, properties) {
    const element = Object.assign(document.createElement(name), properties);
    this.area.parentElement.append(element);
    return element;
  }

  // The words after the last @ or [[ before the caret, where they begin, and who knows what they may become.
  typed() {
    const end = this.area.selectionStart;
    const text = this.area.value.slice(Math.max(0, end - LOOKING_BACK), end);
    for (const { name, before, mostWords } of KINDS) {
      const found = name in this.area.dataset && before.exec(text);
      if (found && found[2].trim().split(/\s+/).length <= mostWords) {
        return { words: found[2], start: end - found[2].length - found[1].length, end, address: this.area.dataset[name] };
      }
    }
    return null;
  }

  later() {
    clearTimeout(this.timer);
    this.request?.abort();
    if (!this.typed()) return this.close();
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const typed = this.typed();
    if (!typed) return;
    this.request = new AbortController();
    try {
      const query = new URLSearchParams({ q: typed.words });
      const answer = await fetch(`${typed.address}?${query}`, { signal: this.request.signal });
      if (answer.ok) this.show((await answer.json()).items);
    } catch {
      this.close(); // no network, or the next letter came first
    }
  }

  show(items) {
    this.found = items;
    this.list.replaceChildren(...items.map((item, place) => this.option(item, place)));
    this.list.hidden = !items.length;
    const { listSome, listNone } = this.area.dataset;
    this.status.textContent = items.length ? listSome.replace('{number}', items.length) : listNone;
    this.choose(items.length ? 0 : -1);
  }

  option(item, place) {
    const option = Object.assign(document.createElement('li'), { id: `${this.list.id}-${place}` });
    option.setAttribute('role', 'option');
    option.dataset.place = place;
    const name = Object.assign(document.createElement('span'), { textContent: item.name, dir: 'auto' });
    if (item.language) name.lang = item.language;
    option.append(name);
    if (item.detail) option.append(' ', Object.assign(document.createElement('small'), { textContent: item.detail }));
    return option;
  }

  choose(place) {
    this.chosen = place;
    for (const option of this.list.children) {
      option.setAttribute('aria-selected', String(Number(option.dataset.place) === place));
    }
    if (place < 0) this.area.removeAttribute('aria-activedescendant');
    else this.area.setAttribute('aria-activedescendant', `${this.list.id}-${place}`);
  }

  press(event) {
    if (this.list.hidden || event.isComposing) return;
    const number = this.found.length;
    const steps = { ArrowDown: 1, ArrowUp: number - 1 };
    if (event.key in steps) this.choose((this.chosen + steps[event.key]) % number);
    else if (event.key === 'Enter' || event.key === 'Tab') this.take(this.chosen);
    else if (event.key === 'Escape') this.close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  take(place) {
    const typed = this.typed();
    if (typed) {
      this.area.setSelectionRange(typed.start, typed.end);
      const words = `${this.found[place].source} `;
      if (!document.execCommand('insertText', false, words)) {
        this.area.setRangeText(words, typed.start, typed.end, 'end');
        this.area.dispatchEvent(new Event('input', { bubbles: true }));
      }
    }
    this.close();
  }

  close() {
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.status.textContent = '';
    this.choose(-1);
  }
}

for (const area of document.querySelectorAll('textarea[data-mentions]')) new Completion(area);
