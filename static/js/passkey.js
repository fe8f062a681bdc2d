// Passkeys: asks the site what to ask, hands that to the browser, puts the answer into the form and sends it. Without this
// script, or in a browser that knows no passkeys, the form keeps saying so, and the other ways on the page do the same.

const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const known = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));

async function question(form) {
  const body = new FormData();
  body.set('csrf_token', form.elements.csrf_token.value);
  const answer = await fetch(form.dataset.question, { method: 'POST', body });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

async function created(asked) {
  const publicKey = { ...asked, challenge: bytes(asked.challenge), excludeCredentials: known(asked.excludeCredentials) };
  publicKey.user = { ...asked.user, id: bytes(asked.user.id) };
  const made = await navigator.credentials.create({ publicKey });
  return told(made, {
    attestationObject: text(made.response.attestationObject),
    transports: made.response.getTransports?.() ?? [],
  });
}

async function shown(asked) {
  const publicKey = { ...asked, challenge: bytes(asked.challenge), allowCredentials: known(asked.allowCredentials) };
  const used = await navigator.credentials.get({ publicKey });
  return told(used, {
    authenticatorData: text(used.response.authenticatorData),
    signature: text(used.response.signature),
    userHandle: used.response.userHandle ? text(used.response.userHandle) : null,
  });
}

const told = (credential, response) => JSON.stringify({
  id: credential.id,
  rawId: text(credential.rawId),
  type: credential.type,
  clientExtensionResults: {},
  response: { clientDataJSON: text(credential.response.clientDataJSON), ...response },
});

async function ask(form) {
  const refused = form.querySelector('[data-refused]');
  refused.hidden = true;
  try {
    const asked = await question(form);
    form.elements[form.dataset.field].value = await (form.dataset.passkey === 'create' ? created(asked) : shown(asked));
    form.submit();
  } catch {
    refused.hidden = false;
  }
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll('form[data-passkey]')) {
    form.querySelector('[data-without-script]').hidden = true;
    form.querySelector('[data-with-script]').hidden = false;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      ask(form);
    });
  }
}
