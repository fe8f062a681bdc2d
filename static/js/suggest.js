// Completes what somebody types into a search box: an ARIA combobox with a list. Without it the box just searches.
// The box is marked data-suggest="PREFIX", the prefix being that of the page's language ("/nl" or nothing);
// data-query, data-theme, data-organisation and data-post are the words for what each line leads to.

const WAIT = 180;
const SHORTEST = 2;

for (const box of document.querySelectorAll("input[data-suggest]")) attend(box);

function attend(box) {
  const list = emptyList(box);
  let timer, asked;

  box.addEventListener("input", later);
  if (document.activeElement === box && box.value !== box.defaultValue) later(); // somebody typed faster than this script came
  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!list.hidden) {
        event.preventDefault();
        move(event.key === "ArrowDown" ? 1 : -1);
      }
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "Enter") {
      const option = active();
      if (option) {
        event.preventDefault();
        location.assign(option.dataset.url);
      }
    }
  });
  box.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus in the box
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.url);
  });

  function later() {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  }

  async function ask() {
    asked?.abort();
    asked = new AbortController();
    const words = box.value.trim();
    if (words.length < SHORTEST) return close();
    try {
      const answer = await fetch(`${box.dataset.suggest}/api/v1/suggest?q=${encodeURIComponent(words)}`, { signal: asked.signal });
      if (answer.ok) show((await answer.json()).items);
    } catch {
      close(); // offline, or a newer question is on its way
    }
  }

  function show(items) {
    list.replaceChildren(...items.map((item, place) => optionFor(item, place)));
    list.hidden = items.length === 0;
    box.setAttribute("aria-expanded", String(!list.hidden));
    box.removeAttribute("aria-activedescendant");
  }

  function optionFor(item, place) {
    const option = document.createElement("li");
    const text = document.createElement("span");
    const type = document.createElement("span");
    option.id = `${list.id}-${place}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.dataset.url = box.dataset.suggest + item.url;
    text.dir = "auto";
    text.textContent = item.text;
    type.className = "suggestion-type";
    type.textContent = box.dataset[item.type] ?? "";
    option.append(text, type);
    return option;
  }

  function active() {
    return list.querySelector("[aria-selected=true]");
  }

  function move(step) {
    const options = [...list.children];
    const now = options.indexOf(active());
    const next = options[now === -1 && step < 0 ? options.length - 1 : (now + step + options.length) % options.length];
    for (const option of options) option.setAttribute("aria-selected", String(option === next));
    box.setAttribute("aria-activedescendant", next.id);
    next.scrollIntoView({ block: "nearest" });
  }

  function close() {
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }
}

function emptyList(box) {
  const list = document.createElement("ul");
  list.id = `${box.id}-suggestions`;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.labels[0]?.textContent ?? "");
  list.hidden = true;
  box.after(list);
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-expanded", "false");
  box.setAttribute("aria-controls", list.id);
  return list;
}
