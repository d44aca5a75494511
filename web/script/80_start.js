if (pageAddress() !== location.pathname + location.search) window.history.replaceState(null, "", pageAddress() + location.hash);
if (document.querySelector("[data-stale]")) askAge().catch(() => {});
if (["home", "dashboard", "user"].includes(document.body.dataset.page)) {
  document.addEventListener("visibilitychange", showOrHide);
  setInterval(watchSilence, 200);
  showOrHide();
}
