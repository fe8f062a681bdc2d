// Files and photos that are dropped on the text, pasted into it or chosen: each becomes a file of the draft, which is made when
// there is none yet, and a line in the text. Of a picture a dialog asks first what it shows. The checks are the server's.

import { apart } from './formats.js';

const LARGEST = 10_000_000;
const PICTURE = /^image\/(?:jpeg|png|webp)$/u;
const HEIC = /\.hei[cf]$/iu;
const PREVIEW_BELOW = 12_000_000;

let dialog = null;

export async function choose(editor) {
  const asked = await dialogFor(editor);
  const input = Object.assign(document.createElement('input'), { type: 'file', multiple: true });
  input.accept = asked.dataset.endings.split(', ').map((ending) => `.${ending}`).join(',');
  input.addEventListener('change', () => add(editor, [...input.files]));
  input.click();
}

export async function add(editor, files) {
  let place = editor.known ? editor.area.selectionEnd : editor.area.value.length; // at the end, unless somebody has been in the text
  const { dataset } = await dialogFor(editor);
  const insert = (sources) => {
    place = write(editor, sources, Math.min(place, editor.area.value.length));
  };
  for (const file of files) {
    const words = (sentence) => sentence.replace('{name}', file.name || file.type);
    if (HEIC.test(file.name)) say(editor, words(dataset.heic));
    else if (file.size > LARGEST && !PICTURE.test(file.type)) say(editor, words(dataset.large));
    else if (PICTURE.test(file.type)) await askThenSend(editor, file, insert);
    else await sendFile(editor, file, words, insert);
  }
}

async function dialogFor(editor) {
  if (!dialog) {
    const language = new URLSearchParams({ language: editor.area.lang });
    const answer = await fetch(`${editor.place.dataset.pictureUrl}?${language}`);
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    dialog = document.adoptNode(page.querySelector('dialog'));
    document.body.append(dialog);
  }
  return dialog;
}

// What happens to a file is said below the text, by the status region that also counts the advice.
function say(editor, sentence) {
  let status = editor.place.querySelector('.editor-files');
  if (!status) {
    status = Object.assign(document.createElement('p'), { className: 'hint editor-files' });
    status.setAttribute('role', 'status');
    editor.place.querySelector('.editor-panes').after(status);
  }
  status.textContent = sentence;
}

async function sendFile(editor, file, words, insert) {
  const tell = (percent) => say(editor, words(dialog.dataset.sending).replace('{percent}', percent));
  const answer = await send(editor, file, new FormData(), tell);
  if (answer?.sources) {
    insert(answer.sources);
    say(editor, words(dialog.dataset.added));
  } else say(editor, answer ? Object.values(answer.errors).join(' ') : words(dialog.dataset.failed));
}

// Resolves when the picture is added or left out.
function askThenSend(editor, file, insert) {
  const form = dialog.querySelector('form');
  const status = dialog.querySelector('.picture-status');
  const words = (sentence) => sentence.replace('{name}', file.name || file.type);
  form.reset();
  clear(form);
  status.textContent = '';
  showChosen(file);
  dialog.showModal();
  return new Promise((resolve) => {
    form.onsubmit = async (event) => {
      event.preventDefault();
      clear(form);
      const tell = (percent) => { status.textContent = words(dialog.dataset.sending).replace('{percent}', percent); };
      const answer = await send(editor, file, new FormData(form), tell);
      if (answer?.sources) {
        dialog.close();
        insert(answer.sources);
        say(editor, words(dialog.dataset.added));
      } else if (answer) {
        status.textContent = '';
        refuse(form, status, answer.errors);
      } else status.textContent = words(dialog.dataset.failed);
    };
    form.querySelector('[data-cancel]').onclick = () => dialog.close();
    dialog.onclose = () => {
      editor.area.focus();
      resolve();
    };
  });
}

function showChosen(file) {
  const [picture, name] = [dialog.querySelector('.picture-chosen img'), dialog.querySelector('.picture-chosen span')];
  name.textContent = file.name;
  picture.hidden = true;
  if (file.size > PREVIEW_BELOW) return;
  const reader = new FileReader();
  reader.onload = () => {
    picture.src = reader.result;
    picture.hidden = false;
  };
  reader.readAsDataURL(file);
}

function clear(form) {
  for (const one of form.querySelectorAll('.field-error')) one.remove();
  for (const one of form.querySelectorAll('[aria-invalid]')) {
    one.removeAttribute('aria-invalid');
    one.setAttribute('aria-describedby', `hint-${one.name}`);
  }
}

function refuse(form, status, errors) {
  let first = null;
  for (const [name, sentence] of Object.entries(errors)) {
    const field = form.elements[name];
    if (!field) {
      status.textContent = sentence;
      continue;
    }
    const error = Object.assign(document.createElement('p'), { className: 'field-error', id: `error-${name}`, textContent: sentence });
    field.closest('.field').prepend(error);
    field.setAttribute('aria-invalid', 'true');
    field.setAttribute('aria-describedby', document.getElementById(`hint-${name}`) ? `hint-${name} ${error.id}` : error.id);
    first ??= field;
  }
  first?.focus();
}

// The server's answer; null when it cannot be reached or does not answer in its own words.
async function send(editor, file, data, tell) {
  const { form } = editor.area;
  const detail = {};
  form.dispatchEvent(new CustomEvent('keep', { detail }));
  const kept = await detail.kept;
  if (!kept) return null;
  data.append('csrf_token', form.elements.csrf_token.value);
  data.append('file', file, file.name || `picture.${file.type.split('/')[1]}`);
  return new Promise((resolve) => {
    const request = new XMLHttpRequest(); // fetch does not say how far an upload is
    request.open('POST', new URL('files/add', location.origin + kept.save_url));
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => tell(Math.round((100 * loaded) / total));
    request.onload = () => resolve([200, 422].includes(request.status) ? request.response : null);
    request.onerror = () => resolve(null);
    request.send(data);
  });
}

// Writes the lines at a place, and gives the place behind them.
function write(editor, sources, place) {
  const { value } = editor.area;
  const text = sources.map((one) => (one.is_block ? `${apart(value.slice(0, place))}${one.text}\n\n` : one.text)).join(' ');
  const end = place + text.length;
  editor.apply({ from: place, to: place, put: text, start: end, end });
  return end;
}
