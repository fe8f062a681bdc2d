// To the provider of single sign-on and back, the one button of the page is pressed for its reader. Without this script they press it.

const way = document.querySelector('[data-go-on]');
if (way instanceof HTMLFormElement) way.requestSubmit();
else if (way) location.replace(way.querySelector('a').href); // so that Back does not lead here, and on again
