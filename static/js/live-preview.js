// How a text will look, and advice about it, a moment after each change. Both come from the server as HTML, by the one
// pipeline that also makes the page; nothing typed is ever put into the page by this script.

const PAUSE = 1000;
const WAIT_WHEN_REFUSED = 20_000;

export class LivePreview {
  constructor(editor) {
    this.area = editor.area;
    this.place = editor.place;
    this.pane = this.place.querySelector('.editor-preview');
    this.advice = this.place.querySelector('.editor-advice');
    this.asked = null;
    this.area.addEventListener('input', () => this.later());
    this.advice?.addEventListener('click', (event) => this.lead(event.target.closest('[data-start]')));
  }

  toggle(tool) {
    this.pane.hidden = !this.pane.hidden;
    tool.setAttribute('aria-pressed', String(!this.pane.hidden));
    if (!this.pane.hidden) this.ask();
  }

  later(pause = PAUSE) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), pause);
  }

  async ask() {
    clearTimeout(this.timer);
    const form = this.area.form;
    const sent = new FormData();
    sent.append('csrf_token', form.elements.csrf_token.value);
    sent.append('language', form.elements.language?.value ?? '');
    sent.append('body', this.area.value);
    this.request?.abort();
    this.request = new AbortController();
    try {
      const answer = await fetch(this.place.dataset.previewUrl, { method: 'POST', body: sent, signal: this.request.signal });
      if (answer.ok) this.show(await answer.json());
      else if (answer.status === 429) this.later(WAIT_WHEN_REFUSED);
    } catch {
      // No connection, or the next change came first: what is shown stays.
    }
  }

  show({ html, advice, number }) {
    const prose = this.pane?.firstElementChild;
    if (prose) {
      prose.lang = this.area.lang;
      prose.classList.toggle('is-empty', !html);
      prose.innerHTML = html; // cleaned by the server, as on the post's page
      if (!html) prose.textContent = this.place.dataset.empty;
    }
    if (this.advice) this.advise(advice, number);
  }

  // The list is only made anew when it differs, so that a button that has the focus keeps it.
  advise(advice, number) {
    const { some, none } = this.place.dataset;
    const status = this.advice.querySelector('[role="status"]');
    const had = this.advice.querySelector('.advice-list');
    const sentence = number ? some.replace('{number}', number) : had ? none : '';
    if (status.textContent !== sentence) status.textContent = sentence;
    if (advice === this.last) return;
    this.last = advice;
    had?.remove();
    if (number) this.advice.insertAdjacentHTML('beforeend', advice);
  }

  // To the place that a piece of advice is about: selected, and in view.
  lead(button) {
    if (!button) return;
    const { area } = this;
    const [start, end] = [Number(button.dataset.start), Number(button.dataset.end)];
    const { value } = area;
    area.focus();
    area.setSelectionRange(start, start);
    area.blur(); // browsers scroll a text area to its caret when it gets the focus
    area.focus();
    area.setSelectionRange(start, Math.min(end, value.length));
    area.scrollIntoView({ block: 'nearest' });
  }
}
