// How many characters are left in a field: said near the limit only, for everyone, and read out politely.

export function tell(field, most) {
  const { left, tooMany } = field.form.dataset;
  let status = field.parentElement.querySelector('.budget');
  if (!status) {
    status = Object.assign(document.createElement('p'), { className: 'hint budget' });
    status.setAttribute('role', 'status');
    field.after(status);
    field.addEventListener('input', () => say(status, field, most, left, tooMany));
  }
  say(status, field, most, left, tooMany);
}

function say(status, field, most, left, tooMany) {
  const room = most - field.value.length;
  const sentence = room < 0 ? tooMany.replace('{number}', -room) : left.replace('{number}', room);
  const shown = field.value.length > most * 0.8 ? sentence : '';
  if (status.textContent !== shown) status.textContent = shown;
}
