// Back from the provider of single sign-on, the one button of the page is pressed for its reader. Without this script they press it.

document.querySelector('[data-go-on]')?.requestSubmit();
