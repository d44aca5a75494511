// Esc closes what is open, and the focus goes back to what opened it. Dialogs do so by themselves.

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
  const closed = closeTip() || closeDetails() || closeExplanation();
  if (closed) event.preventDefault();
});

function closeTip() {
  const tip = document.querySelector(".tip:not([hidden])");
  if (tip) choosePoint(tip.closest(".chart"), -1);
  return tip !== null;
}

function closeDetails() {
  const details = document.activeElement.closest("details[open]");
  if (!details) return false;
  details.open = false;
  details.querySelector("summary").focus();
  return true;
}

/** What the map's boxes say of themselves. Without this script the address names the one that is open. */
function closeExplanation() {
  const about = byId("about");
  const open = about?.querySelector("section.shown") ?? about?.querySelector(":scope:not(.closed) > section:target");
  if (!open) return false;
  const opener = document.querySelector(`[data-node][href="#${open.id}"]`);
  refocus(opener);
  open.classList.remove("shown");
  about.classList.add("closed");
  opener?.removeAttribute("aria-current");
  return true;
}
