// The 评测 tab: the button starts a sample; one that is under way when the page opens is followed.
function watchSample(panel, run, watch) {
  announceNews(panel, watch);
  panel.addEventListener("click", (event) => {
    const button = event.target.closest("button.run-sample");
    if (!button || button.disabled) return;
    button.disabled = true;
    run();
  });
  if (panel.querySelector("progress")) run();
}
