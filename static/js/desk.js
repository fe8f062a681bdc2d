// Keys for the moderators' desk: j and k go from thing to thing, x ticks, c takes, o opens, ? shows them all. They do nothing
// in a field, nor with Ctrl, Alt or Meta, and can be switched off; this browser remembers that. Without this script the Tab
// key reaches everything, and what is here stays hidden.

const STORE = 'desk-keys';
const form = document.getElementById('desk');
const dialog = document.getElementById('desk-keys');
const FIELDS = 'input:not([type=checkbox]), select, textarea, [contenteditable]';

const rows = () => [...form.querySelectorAll('.desk-list > li')];
const boxes = () => [...form.querySelectorAll('[name=item]')];

function isOn() {
  try {
    return localStorage.getItem(STORE) !== 'off';
  } catch {
    return true; // a browser without storage forgets the choice
  }
}

function keep(on) {
  try {
    localStorage.setItem(STORE, on ? 'on' : 'off');
  } catch {
    // as above
  }
}

function here() {
  return document.activeElement?.closest?.('.desk-list > li');
}

function go(step) {
  const all = rows();
  const now = all.indexOf(here());
  const next = now < 0 ? (step > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, now + step));
  all[next]?.querySelector('h3 a')?.focus();
}

const ACTS = {
  j: () => go(1),
  k: () => go(-1),
  x: () => here()?.querySelector('[name=item]')?.click(),
  c: () => here()?.querySelector('button[value^="take "], button[value^="release "]')?.click(),
  o: () => here()?.querySelector('h3 a')?.click(),
  '?': () => dialog.showModal(),
};

function press(event) {
  const isTyping = event.target.closest?.(FIELDS);
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || isTyping || dialog.open || !isOn()) return;
  const act = ACTS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

function start() {
  for (const one of form.querySelectorAll('[data-tick-all], [data-show-keys]')) one.hidden = false;
  form.querySelector('[data-tick-all]').addEventListener('click', () => {
    const tick = !boxes().every((box) => box.checked);
    for (const box of boxes()) box.checked = tick;
  });
  const on = dialog.querySelector('[name=keys]');
  on.checked = isOn();
  on.addEventListener('change', () => keep(on.checked));
  form.querySelector('[data-show-keys]').addEventListener('click', () => dialog.showModal());
  document.addEventListener('keydown', press);
}

if (form && dialog) start();
