// The page's own behaviour: open a source from its marker, find and open policies, leave Enter to the input method.
document.documentElement.lang = "zh-CN";

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const narrow = matchMedia("(max-width: 900px)");

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
  bringInto(card);
  const clause = card.querySelector(".clause");
  if (marks[0] && clause) clause.scrollTop = marks[0].offsetTop - clause.offsetTop - 40;
}

function bringInto(element) {
  element.focus({ preventScroll: true });
  element.scrollIntoView({ behavior: calm.matches ? "auto" : "smooth", block: "start" });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button.marker");
  if (button) openSource(button.dataset.turn, button.dataset.marker);
});

// What a screen reader is told: the last `.spoken` or `data-announce` text of a panel that was filled anew.
function announce(panel) {
  const spoken = [...panel.querySelectorAll(".spoken, [data-announce]")].pop();
  let region = document.getElementById("announcer");
  if (!region) {
    region = document.createElement("div");
    region.id = "announcer";
    region.className = "spoken";
    region.setAttribute("role", "status");
    document.body.append(region);
  }
  region.textContent = "";
  // The same words twice are read twice only when the region was empty in between.
  setTimeout(() => (region.textContent = spoken ? spoken.textContent : ""), 100);
}

function announceNews(panel, watch) {
  watch("value", () => panel.offsetParent && announce(panel));
}

let listFiles = () => {};

// The form of the 文件 tab: `find` is told the filters when one changes, and while words are typed.
function watchFilters(panel, find) {
  let waiting;
  const send = (shown) => {
    clearTimeout(waiting);
    if (narrow.matches) markOpened(false);
    const form = panel.querySelector("form");
    find({ ...Object.fromEntries(new FormData(form)), shown: shown || "" });
  };
  panel.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  panel.addEventListener("change", () => send());
  panel.addEventListener("reset", () => setTimeout(send));
  panel.addEventListener("input", (event) => {
    if (event.target.name !== "words" || event.isComposing) return;
    clearTimeout(waiting);
    waiting = setTimeout(send, 300);
  });
  panel.addEventListener("compositionend", () => (waiting = setTimeout(send, 300)));
  listFiles = send;
}

// The list and the policy beside it; on a phone one of the two is in sight.
function openedPolicy() {
  return document.querySelector("#library.opened .policy");
}

function markOpened(shown) {
  const library = document.getElementById("library");
  const policy = library.querySelector(".policy");
  library.classList.toggle("opened", shown && Boolean(policy));
  library.querySelectorAll("button.open").forEach((button) => {
    const open = shown && policy && button.dataset.policy === policy.dataset.policy;
    open ? button.setAttribute("aria-current", "true") : button.removeAttribute("aria-current");
  });
}

function showPolicy() {
  markOpened(true);
  const policy = openedPolicy();
  if (!policy) return;
  policy.scrollTop = 0;
  // Beside the list the policy is in sight already, and the list keeps its place.
  if (narrow.matches) bringInto(policy);
  else policy.focus({ preventScroll: true });
}

function watchHits(panel, open, watch) {
  let next = 0;
  announceNews(panel, watch);
  watch("value", () => {
    markOpened(Boolean(openedPolicy()));
    const first = next && panel.querySelectorAll("button.open")[next];
    if (first) first.focus();
    next = 0;
  });
  const press = (button) => {
    if (!button) return;
    if (button.matches(".more")) {
      next = panel.querySelectorAll("button.open").length;
      listFiles(button.dataset.shown);
      return;
    }
    const known = document.querySelector("#policy .policy");
    // The panel is not filled anew with what it holds, and would not tell.
    if (known && known.dataset.policy === button.dataset.policy) showPolicy();
    else open({ policy: button.dataset.policy });
  };
  const buttonOf = (event) => event.target.closest("button.open, button.more");
  let held = null;
  panel.addEventListener("pointerdown", (event) => (held = buttonOf(event)));
  panel.addEventListener("click", (event) => press(buttonOf(event)));
  // A list that comes while a button is held down takes the button away, and the browser then tells of no click.
  document.addEventListener("pointerup", () => {
    if (held && !held.isConnected) press(held);
    held = null;
  });
}

function watchPolicy(panel, limit, watch) {
  watch("value", showPolicy);
  panel.addEventListener("click", (event) => {
    const button = event.target.closest("button.limit");
    if (button) limit({ policy: button.dataset.policy });
    if (event.target.closest("button.back")) {
      const opener = document.querySelector('#hits button[aria-current="true"]');
      markOpened(false);
      if (opener) opener.focus();
    }
  });
}

// After the policies asked were changed, the next thing to do is to ask.
function watchScope(panel, drop, watch) {
  watch("value", () => {
    announce(panel);
    setTimeout(() => document.querySelector("#question textarea").focus(), 100);
  });
  panel.addEventListener("click", (event) => {
    const button = event.target.closest("button.drop");
    if (button) drop({ policy: button.dataset.policy });
  });
}

// Enter confirms a pinyin candidate; it must not send the half-written question.
for (const name of ["keydown", "keypress"]) {
  document.addEventListener(name, (event) => {
    if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.stopImmediatePropagation();
  }, true);
}
