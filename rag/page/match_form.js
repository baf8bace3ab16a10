// The 政策匹配 tab: the form, its results, answers given in the results. All a reader tells stays in this page.
// `unfolded` is null until the reader folds a section: then the server decides which are open.
const answered = { cleared: new Set(), passed: new Set(), confirmed: {}, unfolded: null, shown: {} };
let requests = 0;
let matchNow = () => {};
let exportNow = () => {};
let emptyResults = () => {};
// What to do once the results are there: bring the reader back to where they were.
let afterwards = null;

const theForm = () => document.querySelector("#profile form");
const fieldOf = (name) => theForm().querySelector(`[data-field="${name}"]`);
const controlsOf = (name) => [...fieldOf(name).querySelectorAll("input, select, textarea")];

function toldNow() {
  const data = new FormData(theForm());
  const form = Object.fromEntries(data);
  for (const name of ["needs", "qualifications", "other_qualifications"]) form[name] = data.getAll(name);
  form.region = form.city + form.county;
  return {
    form,
    read: [...theForm().querySelectorAll(".field.read")].map((field) => field.dataset.field),
    cleared: [...answered.cleared],
    passed: [...answered.passed],
    confirmed: answered.confirmed,
    unfolded: answered.unfolded && [...answered.unfolded],
    shown: answered.shown,
    run: ++requests,
  };
}

// Fields of the form. A field holds a text, a list of ticked boxes, or the 市州 and its county.
function listCounties(wanted) {
  const [city, county] = controlsOf("region");
  const names = JSON.parse(city.dataset.counties)[city.value] || [];
  const chosen = wanted ?? county.value;
  county.replaceChildren(county.options[0], ...names.map((name) => new Option(name, name)));
  county.value = names.includes(chosen) ? chosen : "";
}

function setField(name, value) {
  const controls = controlsOf(name);
  if (name === "region") {
    controls[0].value = value[0];
    listCounties(value[1]);
  } else if (Array.isArray(value)) {
    controls.filter((box) => box.name === name).forEach((box) => (box.checked = value.includes(box.value)));
  } else {
    controls[0].value = value;
  }
  countChosen();
}

function isEmpty(name) {
  return controlsOf(name).every((one) => (one.type === "checkbox" ? !one.checked : !one.value));
}

function countChosen() {
  theForm().querySelectorAll("details.choices").forEach((choices) => {
    const ticked = [...choices.querySelectorAll("input:checked")].map((box) => box.parentElement.textContent);
    choices.querySelector(".chosen").textContent = ticked.length ? `已选 ${ticked.length} 项：${ticked.join("、")}` : "";
  });
}

function markRead(name, read) {
  fieldOf(name).classList.toggle("read", read);
  fieldOf(name).querySelector(".from-text").hidden = !read;
}

function showProblem(name, messages) {
  const place = fieldOf(name).querySelector(".wrong");
  place.textContent = (messages || []).join(" ");
  place.hidden = !messages;
  for (const control of controlsOf(name)) {
    messages ? control.setAttribute("aria-invalid", "true") : control.removeAttribute("aria-invalid");
  }
  for (let one = place.parentElement; messages && one && one !== theForm(); one = one.parentElement) {
    if (one.tagName === "DETAILS") one.open = true;
  }
}

// A reading that has no field of its own can be taken away.
function showExtras(extras) {
  const place = theForm().querySelector(".extras");
  place.hidden = !extras.length;
  place.replaceChildren(...(extras.length ? ["还读出："] : []), ...extras.map(([name, label, text]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "drop";
    button.dataset.name = name;
    button.setAttribute("aria-label", `不对，去掉：${label} ${text}`);
    button.textContent = `${label}：${text} ×`;
    return button;
  }));
}

// Puts what was read into the form and the problems beside their fields.
function fillForm(state) {
  if (!state.fill) return;
  if (state.description !== null) {
    theForm().reset();
    setField("description", state.description);
  }
  for (const field of theForm().querySelectorAll("[data-field]")) {
    const name = field.dataset.field;
    if (field.classList.contains("read") && !(name in state.fill)) setField(name, name === "region" ? ["", ""] : emptyOf(name));
    if (name in state.fill) setField(name, state.fill[name]);
    markRead(name, name in state.fill);
    showProblem(name, state.problems[name]);
  }
  showExtras(state.extra);
}

const emptyOf = (name) => (["needs", "qualifications"].includes(name) ? [] : "");

function forget() {
  answered.cleared.clear();
  answered.passed.clear();
  Object.assign(answered, { confirmed: {}, unfolded: null, shown: {} });
  for (const field of theForm().querySelectorAll("[data-field]")) {
    markRead(field.dataset.field, false);
    showProblem(field.dataset.field, null);
  }
  showExtras([]);
}

function changed(event) {
  const field = event.target.closest("[data-field]");
  if (!field) return;
  const name = field.dataset.field;
  if (event.target.name === "city") listCounties();
  countChosen();
  if (name === "description") return;
  // Emptied by the reader: it stays unknown, whatever the description says.
  if (field.classList.contains("read") && isEmpty(name)) answered.cleared.add(name);
  if (!isEmpty(name)) answered.cleared.delete(name);
  markRead(name, false);
}

function requestMatch(then) {
  afterwards = then;
  const panel = document.getElementById("matches");
  if (panel) panel.setAttribute("aria-busy", "true");
  theForm().querySelector('[type="submit"]').textContent = "正在匹配…";
  rememberFolds();
  matchNow(toldNow());
}

function watchForm(panel, match, exporting, empty) {
  [matchNow, exportNow, emptyResults] = [match, exporting, empty];
  const form = panel.querySelector("form");
  form.querySelector("details.details").open = !narrow.matches;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    Object.assign(answered, { unfolded: null, shown: {} });
    requestMatch(showHeading);
  });
  form.addEventListener("input", changed);
  form.addEventListener("reset", () => {
    forget();
    setTimeout(() => {
      listCounties();
      countChosen();
    });
  });
  form.addEventListener("click", (event) => {
    if (event.target.closest('[type="reset"]')) emptyResults();
    const drop = event.target.closest("button.drop");
    if (!drop) return;
    answered.cleared.add(drop.dataset.name);
    requestMatch(showHeading);
  });
}
