// Keeps what is typed into a form about a post or a comment: on the server a moment after each change, on this device when that
// fails. When the same text is open in two windows or on two devices, the one that saves first goes on saving; the other says
// so, keeps its own text on this device, and can take over with what was saved last.

const PAUSE = 1500;
const windowName = crypto.randomUUID?.() ?? String(Math.random());
const channel = 'BroadcastChannel' in window ? new BroadcastChannel('drafts') : null;

for (const form of document.querySelectorAll('form[data-draft]')) keepDraft(form);

function keepDraft(form) {
  const status = form.querySelector('[data-draft-status]');
  const words = status.dataset;
  const place = placeOf(location.pathname);
  let address = form.dataset.draft;
  let editAddress = '';
  let timer = 0;
  let saving = null;
  let again = false;
  let sent = false;
  let changed = false;
  let failed = false;
  let isElsewhere = false;
  let unanswered = null;

  form.addEventListener('input', plan);
  form.addEventListener('change', plan);
  form.addEventListener('submit', leave);
  // Another script needs the draft to exist: it gets a promise of what the server keeps.
  form.addEventListener('keep', (event) => {
    event.detail.kept = save();
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden' && timer && !sent) save();
  });
  addEventListener('pagehide', () => {
    if (changed && !sent) keepHere();
  });
  channel?.addEventListener('message', ({ data }) => {
    if (data.address === address && data.window !== windowName) stepBack();
  });
  offerWhatIsHere();

  function plan(event) {
    if (event?.target.closest('dialog')) return;
    changed = true;
    if (isElsewhere || sent) return;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  }

  // What is being saved arrives first: else the form would seem to come from another window. What could not be saved is tried once
  // more: this device keeps it until the server has it, for the form may be refused for the same reason.
  async function leave(event) {
    clearTimeout(timer);
    timer = 0;
    if (!sent && (saving || failed)) {
      event.preventDefault();
      sent = true;
      await (saving ?? save());
      form.requestSubmit(event.submitter);
      return;
    }
    sent = true;
    if (isElsewhere) return;
    if (failed) keepHere();
    else forgetHere();
  }

  function save() {
    clearTimeout(timer);
    timer = 0;
    if (saving) {
      again = true;
      return saving;
    }
    if (isElsewhere) return Promise.resolve(null);
    saving = send(new FormData(form)).finally(() => {
      saving = null;
      if (again && !sent) plan();
      again = false;
    });
    return saving;
  }

  async function send(data) {
    changed = false;
    try {
      const answer = await fetch(address, { method: 'POST', body: data, keepalive: true });
      if (answer.ok) return took(await answer.json());
      if (answer.status === 409) return refused(await answer.json());
      failed = true;
      keepHere({ 400: words.signedOut, 401: words.signedOut, 403: words.refused }[answer.status] ?? words.offline);
    } catch {
      failed = true;
      unanswered = data;
      keepHere(words.offline);
    }
    return null;
  }

  function took(kept) {
    unanswered = null;
    failed = false;
    address = kept.save_url;
    adopt(kept);
    if (kept.edit_url && kept.edit_url !== location.pathname) form.setAttribute('action', kept.edit_url);
    editAddress = kept.edit_url ?? '';
    if (form.elements.draft_id) form.elements.draft_id.value = kept.id;
    if (!changed) forgetHere();
    channel?.postMessage({ address, window: windowName });
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    if (!isElsewhere) tell(words.saved.replace('{time}', time));
    return kept;
  }

  function adopt({ revision, kept }) {
    if (revision && form.elements.revision) form.elements.revision.value = revision;
    if (kept !== undefined && form.elements.kept) form.elements.kept.value = kept;
  }

  // What the server has is what this window sent, and only the answer was lost: then nobody else has written.
  function refused(other) {
    const texts = Object.entries(other.now);
    const isMine = unanswered && texts.length && texts.every(([name, text]) => plain(unanswered.get(name)) === plain(text));
    unanswered = null;
    editAddress = other.edit_url || editAddress;
    if (isMine) {
      adopt(other);
      plan();
    } else stepBack();
    return null;
  }

  function stepBack() {
    if (isElsewhere) return;
    isElsewhere = true;
    clearTimeout(timer);
    tell(words.elsewhere);
    offer(words.takeOver, () => {
      if (changed) keepHere();
      sent = true;
      location.assign(editAddress && editAddress !== location.pathname ? editAddress : location.href.split('#')[0]);
    });
  }

  function tell(sentence) {
    if (status.textContent !== sentence) status.textContent = sentence;
  }

  function keepHere(sentence) {
    const typed = [...new FormData(form)].filter(([name, value]) => name !== 'csrf_token' && typeof value === 'string');
    try {
      localStorage.setItem(isElsewhere && editAddress ? placeOf(editAddress) : place, JSON.stringify(typed));
      if (sentence) tell(sentence);
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
    if (!typed || isThere(form, typed)) return;
    offer(words.putBack, () => {
      putBack(form, typed);
      plan();
    });
  }

  function offer(label, act) {
    const button = Object.assign(document.createElement('button'), { type: 'button', className: 'button button-secondary', textContent: label });
    button.addEventListener('click', () => {
      button.remove();
      act();
    });
    status.after(button);
  }
}

// A page has an address in each language, and one without; signing in again may lead to another of them.
function placeOf(path) {
  const prefix = `/${document.documentElement.lang}/`;
  return `draft:${path.startsWith(prefix) ? path.slice(prefix.length - 1) : path}`;
}

function plain(text) {
  return String(text).replace(/\r\n/g, '\n').trim();
}

function isThere(form, typed) {
  return ['title', 'body'].every((name) => {
    const text = typed.find(([one]) => one === name)?.[1];
    return text === undefined || !form.elements[name] || plain(form.elements[name].value) === plain(text);
  });
}

function putBack(form, typed) {
  const textOf = (wanted) => typed.find(([name]) => name === wanted)?.[1] ?? '';
  const draft = form.elements.draft_id;
  if (draft && !draft.value) {
    draft.value = textOf('draft_id');
    form.elements.revision.value = textOf('revision');
    form.elements.request_key.value = textOf('request_key');
  }
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
