// While a text is written: its themes, its language, and posts with a similar title. It only adds, and never unticks.

const MOST_THEMES = 3;

const PAUSE = 900;

export function suggest(form) {
  const status = form.querySelector('[data-suggest-status]');
  const similar = form.querySelector('[data-similar]');
  const themes = form.querySelector('[data-themes]');
  const { title, body } = form.elements;
  let chosenByHand = Boolean(themes.querySelector('input:checked'));
  let asked = '';

  themes.addEventListener('change', () => { chosenByHand = true; });
  let timer = 0;
  for (const field of [title, body]) {
    field.addEventListener('change', ask);
    field.addEventListener('input', later);
  }
  later();

  function later() {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  }

  async function ask() {
    const text = `${title.value}\n${body.value}`;
    if (text === asked || text.trim().length < 10) return;
    asked = text;
    try {
      const answer = await fetch(form.dataset.advice, { method: 'POST', body: new FormData(form) });
      if (answer.ok) show(await answer.json());
    } catch {
      // No connection: the text can be posted without suggestions.
    }
  }

  function show(found) {
    const sentences = [];
    const ticked = chosenByHand ? [] : found.themes.filter(tick);
    if (ticked.length) sentences.push(`${status.dataset.themesFound} ${ticked.map((theme) => theme.label).join(', ')}.`);
    if (found.language && form.elements.language?.value === '') {
      sentences.push(status.dataset.languageFound.replace('{language}', found.language.name));
    }
    status.textContent = sentences.join(' ');
    list(found.similar);
  }

  function tick(theme) {
    if (themes.querySelectorAll('input:checked').length >= MOST_THEMES) return false;
    const choice = themes.querySelector(`input[value="${CSS.escape(theme.key)}"]`)?.closest('.box') ?? boxFor(theme);
    choice.querySelector('input').checked = true;
    choice.classList.remove('box-narrower');
    themes.querySelector('[data-chosen-themes]').append(choice);
    return true;
  }

  // The form lists the broad themes only; a narrower one gets its box when the text speaks of it.
  function boxFor(theme) {
    const box = Object.assign(document.createElement('label'), { className: 'box' });
    box.append(Object.assign(document.createElement('input'), { type: 'checkbox', name: 'themes', value: theme.key }), ` ${theme.label}`);
    return box;
  }

  function list(posts) {
    const links = posts.map((post) => {
      const item = document.createElement('li');
      const link = document.createElement('a');
      link.href = post.url;
      link.lang = post.language;
      link.dir = 'auto';
      link.textContent = post.title;
      item.append(link);
      return item;
    });
    similar.querySelector('ul').replaceChildren(...links);
    similar.hidden = links.length === 0;
    const heading = similar.querySelector('[data-similar-status]');
    heading.textContent = links.length ? heading.dataset.found : '';
  }
}
