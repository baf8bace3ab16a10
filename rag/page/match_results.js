// The results of the 政策匹配 tab: answers given in them, where the reader stands after they are filled anew.

// Gradio changes the elements of the last results into the new ones, so what is open is kept by its key.
let folds = {};

function rememberFolds() {
  folds = {};
  document.querySelectorAll("#matches details[data-key]").forEach((one) => (folds[one.dataset.key] = one.open));
}

function restoreFolds(panel) {
  panel.querySelectorAll("details[data-key]").forEach((one) => {
    if (one.dataset.key in folds) one.open = folds[one.dataset.key];
  });
}

function showHeading(panel) {
  bringInto(panel.querySelector("h2"));
}

function showQuestion(panel) {
  const question = panel.querySelector(".asking h3");
  if (!question) return showHeading(panel);
  question.focus({ preventScroll: true });
  panel.querySelector("h2").scrollIntoView({ block: "start" });
}

// Back to the same button; when its card is in a folded section now, to the card that stood behind it.
function showSupport(id, condition, holds, next) {
  return (panel) => {
    const cards = [...panel.querySelectorAll(".support")];
    const card = cards.find((one) => one.dataset.support === id) || cards.find((one) => one.dataset.support === next);
    if (!card) return showHeading(panel);
    for (let one = card.parentElement; one && one !== panel; one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
    const button = [...card.querySelectorAll("button.confirm")].find(
      (one) => one.dataset.condition === condition && one.dataset.holds === holds && one.offsetParent
    );
    (button || card).focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  };
}

function showResults(panel) {
  const results = panel.querySelector(".results");
  document.getElementById("matches").removeAttribute("aria-busy");
  if (!theForm()) return setTimeout(() => showResults(panel), 50);
  theForm().querySelector('[type="submit"]').textContent = "开始匹配";
  document.getElementById("matching").classList.toggle("matched", Boolean(results));
  if (!results) return;
  fillForm(JSON.parse(results.dataset.form));
  restoreFolds(panel);
  announce(panel);
  const then = afterwards || showHeading;
  afterwards = null;
  // After the tab was chosen from the chat it takes a moment to be in sight.
  setTimeout(() => results.querySelector("h2") && then(panel), 100);
}

function fillAnswer(name, answer) {
  if (answer === "不确定") return;
  if (answer === "以上都没有") controlsOf(name).find((box) => box.name === "other_qualifications").checked = true;
  else if (name === "region") setField(name, [answer, ""]);
  else setField(name, answer);
  answered.cleared.delete(name);
  markRead(name, false);
  countChosen();
}

function tickAnswers(asking) {
  const ticked = [...asking.querySelectorAll("input:checked")].map((box) => box.value);
  controlsOf(asking.dataset.field).forEach((box) => (box.checked = box.checked || ticked.includes(box.value)));
  answered.cleared.delete(asking.dataset.field);
  markRead(asking.dataset.field, false);
  countChosen();
}

function openField(name) {
  const control = controlsOf(name)[0];
  for (let one = control.parentElement; one !== theForm(); one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
  bringInto(control);
}

function confirmStatement(button) {
  const { condition, holds } = button.dataset;
  const said = holds === "true";
  if (answered.confirmed[condition] === said) delete answered.confirmed[condition];
  else answered.confirmed[condition] = said;
  const card = button.closest(".support");
  const cards = [...document.querySelectorAll("#matches .support")];
  const next = cards[cards.indexOf(card) + 1];
  requestMatch(showSupport(card.dataset.support, condition, holds, next && next.dataset.support));
}

const clicks = {
  answer(button) {
    const asking = button.closest(".asking");
    tickAnswers(asking);
    fillAnswer(asking.dataset.field, button.dataset.answer);
    answered.passed.add(asking.dataset.field);
    requestMatch(showQuestion);
  },
  choose(button) {
    const asking = button.closest(".asking");
    tickAnswers(asking);
    answered.passed.add(asking.dataset.field);
    requestMatch(showQuestion);
  },
  fill: (button) => openField(button.closest(".asking").dataset.field),
  edit: () => openField("description"),
  confirm: confirmStatement,
  unfold(button) {
    const section = button.dataset.section;
    const open = document.querySelectorAll('#matches button.unfold[aria-expanded="true"]');
    answered.unfolded ??= new Set([...open].map((one) => one.dataset.section));
    if (button.getAttribute("aria-expanded") === "true") answered.unfolded.delete(section);
    else answered.unfolded.add(section);
    requestMatch((panel) => panel.querySelector(`button.unfold[data-section="${section}"]`).focus({ preventScroll: true }));
  },
  more(button) {
    const { group, shown } = button.dataset;
    const drawn = button.closest("details").querySelectorAll(".support").length;
    answered.shown[group] = Number(shown);
    requestMatch((panel) => {
      const cards = [...panel.querySelectorAll(`details[data-key="${group}"] .support`)];
      if (cards[drawn]) cards[drawn].focus();
    });
  },
  export: (button) => exportNow({ ...toldNow(), kind: button.dataset.kind }),
};

function watchResults(panel, watch) {
  watch("value", () => showResults(panel));
  if (panel.querySelector(".results")) showResults(panel);
  panel.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button && clicks[button.className]) clicks[button.className](button);
  });
}

function watchExport(panel, watch) {
  watch("value", () => {
    const link = panel.querySelector("a[download]");
    if (!link) return;
    announce(panel);
    link.click();
  });
}

// An answer of the chat may carry a description that fills the form.
function watchTurns(panel, match) {
  panel.addEventListener("click", (event) => {
    const button = event.target.closest("button.to-match");
    if (button) match({ form: { description: button.dataset.description }, fresh: true, run: ++requests });
  });
}

// On paper the reasons of the cards in sight are open.
let closedForPrint = [];
addEventListener("beforeprint", () => {
  closedForPrint = [...document.querySelectorAll("#matches details.why:not([open])")];
  closedForPrint.forEach((one) => (one.open = true));
});
addEventListener("afterprint", () => closedForPrint.forEach((one) => (one.open = false)));
