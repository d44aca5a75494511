// Turns the pages of a table in place: the reader stays where they are, and so does the focus.

document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".pager a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  turnTo(link);
});
window.addEventListener("popstate", () => {
  if (document.querySelector(".pager")) refresh();
});

async function turnTo(link) {
  const before = location.href;
  const { id } = link.closest("section");
  const height = link.getBoundingClientRect().top;
  window.history.pushState(null, "", link.href);
  if (!(await refresh())) {
    window.history.replaceState(null, "", before);
    return;
  }
  const pager = byId(id).querySelector(".pager");
  const next = pager.querySelector(`a[rel="${link.rel}"]`) ?? pager.querySelector("a");
  if (!next) return;
  next.focus({ preventScroll: true });
  window.scrollBy(0, next.getBoundingClientRect().top - height);
}
