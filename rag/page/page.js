// The page's own behaviour: open a source from its marker, and leave Enter to the input method.
document.documentElement.lang = "zh-CN";

function showTurn(turn) {
  document.querySelectorAll(".sources").forEach((section) => {
    section.hidden = section.dataset.turn !== turn;
  });
}

function openSource(turn, marker) {
  showTurn(turn);
  const card = [...document.querySelectorAll(`.card[data-turn="${turn}"]`)].find((one) =>
    one.dataset.markers.split(" ").includes(marker)
  );
  if (!card) return;
  document.querySelectorAll("mark.active").forEach((mark) => mark.classList.remove("active"));
  const marks = [...card.querySelectorAll("mark")].filter((mark) => mark.dataset.markers.split(" ").includes(marker));
  marks.forEach((mark) => mark.classList.add("active"));
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  card.focus({ preventScroll: true });
  card.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
  const clause = card.querySelector(".clause");
  if (marks[0] && clause) clause.scrollTop = marks[0].offsetTop - clause.offsetTop - 40;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button.marker");
  if (button) openSource(button.dataset.turn, button.dataset.marker);
});

// Enter confirms a pinyin candidate; it must not send the half-written question.
for (const name of ["keydown", "keypress"]) {
  document.addEventListener(name, (event) => {
    if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.stopImmediatePropagation();
  }, true);
}
