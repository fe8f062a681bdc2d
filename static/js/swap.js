// A button that asks for more of a form (a part, all themes, a row) gets it without a new page: the server answers with the
// whole form as it would without this script, and only the part with the id in data-swap takes its new place.

export async function swap(button) {
  const { form } = button;
  const place = document.getElementById(button.dataset.swap);
  const sent = new FormData(form, button);
  try {
    const answer = await fetch(form.getAttribute('action') || location.pathname, { method: 'POST', body: sent });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.getElementById(button.dataset.swap);
    if (!answer.ok || !fresh) throw new Error('no such part');
    place.replaceWith(document.adoptNode(fresh));
    focusNew(fresh);
  } catch {
    delete button.dataset.swap; // the long way: send the form
    form.requestSubmit(button);
  }
}

function focusNew(fresh) {
  const heading = fresh.querySelector('[tabindex="-1"]') ?? fresh;
  heading.focus();
}
