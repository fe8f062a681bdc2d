// Offers names after an @ in a text area with data-mentions, the address that gives them.
// The keyboard follows ARIA's list autocomplete: arrow keys choose, Enter or Tab takes, Escape closes. The text area keeps
// its own role (several lines are no combobox); how many names there are is said by a status region.
// Without this script people write the whole name, and posting finds whose it is.

const BEFORE = /(?:^|[\s(])@([\p{L}\p{N}][^\n@[\]()]{1,40})$/u;
const MOST_WORDS = 4;
const PAUSE = 150;

class Mentions {
  constructor(area) {
    this.area = area;
    this.found = [];
    this.chosen = -1;
    this.list = this.add('ul', { className: 'mention-list', id: `${area.id}-names`, hidden: true });
    this.list.setAttribute('role', 'listbox');
    this.list.setAttribute('aria-label', area.dataset.mentionsLabel);
    this.status = this.add('div', { className: 'visually-hidden' });
    this.status.setAttribute('role', 'status');
    area.setAttribute('aria-autocomplete', 'list');
    area.setAttribute('aria-controls', this.list.id);
    area.addEventListener('input', () => this.later());
    area.addEventListener('keydown', (event) => this.press(event));
    area.addEventListener('blur', () => this.close());
    this.list.addEventListener('pointerdown', (event) => {
      event.preventDefault(); // the text area keeps the focus
      const option = event.target.closest('[role="option"]');
      if (option) this.take(Number(option.dataset.place));
    });
  }

  add(name, properties) {
    const element = Object.assign(document.createElement(name), properties);
    this.area.parentElement.append(element);
    return element;
  }

  // The words after the last @ before the caret, and where that @ stands.
  typed() {
    const end = this.area.selectionStart;
    const words = BEFORE.exec(this.area.value.slice(Math.max(0, end - 60), end))?.[1];
    if (!words || words.trim().split(/\s+/).length > MOST_WORDS) return null;
    return { words, start: end - words.length - 1, end };
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
      const answer = await fetch(`${this.area.dataset.mentions}?${query}`, { signal: this.request.signal });
      if (answer.ok) this.show((await answer.json()).items);
    } catch {
      this.close(); // no network, or the next letter came first
    }
  }

  show(items) {
    this.found = items;
    this.list.replaceChildren(...items.map((item, place) => this.option(item, place)));
    this.list.hidden = !items.length;
    const { mentionsSome, mentionsNone } = this.area.dataset;
    this.status.textContent = items.length ? mentionsSome.replace('{number}', items.length) : mentionsNone;
    this.choose(items.length ? 0 : -1);
  }

  option(item, place) {
    const option = Object.assign(document.createElement('li'), { id: `${this.list.id}-${place}`, textContent: item.name });
    option.setAttribute('role', 'option');
    option.dataset.place = place;
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
  }

  take(place) {
    const typed = this.typed();
    if (typed) {
      this.area.setRangeText(`${this.found[place].source} `, typed.start, typed.end, 'end');
      this.area.dispatchEvent(new Event('input', { bubbles: true }));
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

for (const area of document.querySelectorAll('textarea[data-mentions]')) new Mentions(area);
