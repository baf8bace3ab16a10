// Filters the questions. Without it all of them are listed, those that failed first.
const form = document.querySelector("form.choose");

function choose() {
  const { state, category, words } = Object.fromEntries(new FormData(form));
  const wanted = words.trim();
  let shown = 0;
  for (const one of document.querySelectorAll(".question")) {
    const fits =
      (!state || one.dataset.state === state) &&
      (!category || one.dataset.category === category) &&
      (!wanted || one.textContent.includes(wanted));
    one.hidden = !fits;
    shown += fits;
  }
  form.querySelector("output").textContent = `列出 ${shown} 题`;
}

if (form) {
  form.hidden = false;
  form.addEventListener("input", choose);
  form.addEventListener("submit", (event) => event.preventDefault());
}

// A link to a question opens it, and brings it back when the filters hid it.
function openAsked() {
  const question = location.hash.startsWith("#q-") && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!question) return;
  question.hidden = false;
  question.open = true;
  question.scrollIntoView();
}
addEventListener("hashchange", openAsked);
openAsked();

// On paper nothing can be opened.
let closed = [];
addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll(".question.failed:not([open])")];
  closed.forEach((one) => (one.open = true));
});
addEventListener("afterprint", () => closed.forEach((one) => (one.open = false)));
