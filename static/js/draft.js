// Keeps what is typed into a form about a post: on the server a moment after each change, on this device when that fails.

const PAUSE = 1500;

for (const form of document.querySelectorAll('form[data-draft]')) keepDraft(form);

function keepDraft(form) {
  const status = form.querySelector('[data-draft-status]');
  const place = `draft:${location.pathname}`;
  let address = form.dataset.draft;
  let timer = 0;
  let busy = false;
  let waiting = false;
  let sent = false;

  form.addEventListener('input', plan);
  form.addEventListener('change', plan);
  form.addEventListener('submit', () => {
    sent = true;
    clearTimeout(timer);
    forgetHere();
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden' && timer) save();
  });
  offerWhatIsHere();

  function plan() {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  }

  async function save() {
    clearTimeout(timer);
    timer = 0;
    if (sent) return;
    if (busy) {
      waiting = true;
      return;
    }
    busy = true;
    try {
      const answer = await fetch(address, { method: 'POST', body: new FormData(form), keepalive: true });
      if (answer.ok) took(await answer.json());
      else keepHere(answer.status === 400 || answer.status === 401 ? status.dataset.signedOut : status.dataset.offline);
    } catch {
      keepHere(status.dataset.offline);
    }
    busy = false;
    if (waiting) {
      waiting = false;
      plan();
    }
  }

  function took(kept) {
    address = kept.save_url;
    if (form.elements.draft_id) form.elements.draft_id.value = kept.id;
    forgetHere();
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    tell(status.dataset.saved.replace('{time}', time));
  }

  function tell(sentence) {
    if (status.textContent !== sentence) status.textContent = sentence;
  }

  function keepHere(sentence) {
    const typed = [...new FormData(form)].filter(([name]) => !['csrf_token', 'request_key', 'revision'].includes(name));
    try {
      localStorage.setItem(place, JSON.stringify(typed));
      tell(sentence);
    } catch {
      // A browser that keeps nothing: the text stays in the form.
    }
  }

  function forgetHere() {
    try {
      localStorage.removeItem(place);
    } catch {
      // A browser that keeps nothing has nothing to forget.
    }
  }

  function offerWhatIsHere() {
    let typed = null;
    try {
      typed = JSON.parse(localStorage.getItem(place));
    } catch {
      // Nothing was kept.
    }
    if (!typed) return;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'button button-secondary';
    button.textContent = status.dataset.putBack;
    button.addEventListener('click', () => {
      putBack(form, typed);
      button.remove();
      plan();
    });
    status.after(button);
  }
}

function putBack(form, typed) {
  const draft = form.elements.draft_id;
  if (draft && !draft.value) draft.value = typed.find(([name]) => name === 'draft_id')?.[1] ?? '';
  for (const field of form.querySelectorAll('input[type=checkbox], input[type=radio]')) {
    field.checked = typed.some(([name, value]) => name === field.name && value === field.value);
  }
  for (const field of form.querySelectorAll('input:not([type=checkbox], [type=radio], [type=hidden]), textarea, select')) {
    const place = [...form.elements].filter((one) => one.name === field.name && one.type !== 'hidden').indexOf(field);
    const values = typed.filter(([name]) => name === field.name).map(([, value]) => value);
    const shift = form.querySelector(`input[type=hidden][name="${CSS.escape(field.name)}"]`) ? 1 : 0;
    if (values[place + shift] !== undefined) field.value = values[place + shift];
  }
}
