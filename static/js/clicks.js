// Tells the site at which place in the list a result was opened, and nothing else: moderators see whether good results stand
// high enough. Links lead straight to their pages. Without this script nothing is counted, and nothing else changes.

const results = document.querySelector('[data-clicks]');

function tell(event) {
  const entry = event.target.closest('a') && event.target.closest('.card-list > li');
  if (!entry || event.button > 1) return;
  const rank = Number(results.dataset.first) + [...entry.parentElement.children].indexOf(entry);
  navigator.sendBeacon(results.dataset.clicks, new URLSearchParams({ rank }));
}

results?.addEventListener('click', tell);
results?.addEventListener('auxclick', tell);
