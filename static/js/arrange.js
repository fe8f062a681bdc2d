// Dragging the posts of a collection into another order. The numbers beside them follow; the form's own button saves them.
// Everything here can be done with the numbers and the buttons "Up" and "Down" too.

const list = document.querySelector("[data-arrange]");
let dragged = null;

const renumber = () => {
  list.querySelectorAll(":scope > li").forEach((item, place) => {
    item.querySelector("input[name^='place-']").value = place + 1;
  });
};

const isBelowTheMiddle = (item, event) => {
  const box = item.getBoundingClientRect();
  return event.clientY > box.top + box.height / 2;
};

for (const item of list.children) item.draggable = true;

list.addEventListener("dragstart", (event) => {
  dragged = event.target.closest("[data-arrange] > li");
  dragged?.classList.add("is-dragged");
  event.dataTransfer.effectAllowed = "move";
});

list.addEventListener("dragover", (event) => {
  const item = event.target.closest("[data-arrange] > li");
  if (!dragged) return;
  event.preventDefault();
  if (item && item !== dragged) item[isBelowTheMiddle(item, event) ? "after" : "before"](dragged);
});

list.addEventListener("dragend", () => {
  dragged?.classList.remove("is-dragged");
  dragged = null;
  renumber();
});
