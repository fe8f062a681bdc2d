// What every page does: a form goes out once, and the search box completes what is typed, once somebody is in it.

const MOMENT = 3000;
let sentAt = new WeakMap();

// A second press within a moment is a slip of the finger, and its answer would hide that of the first.
addEventListener('submit', (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== 'post') return;
  if (performance.now() - sentAt.get(form) < MOMENT) event.preventDefault();
  else sentAt.set(form, performance.now());
});
addEventListener('pageshow', () => {
  sentAt = new WeakMap();
});

for (const box of document.querySelectorAll('input[data-suggest]')) {
  if (document.activeElement === box) import('./suggest.js'); // somebody was faster than this script
  else box.addEventListener('focus', () => import('./suggest.js'), { once: true });
}
