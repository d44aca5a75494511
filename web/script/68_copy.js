// Copies a command; where the browser does not allow that, selects it for the reader's own keys.

document.documentElement.dataset.script = "";

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const command = button.parentElement.querySelector("code");
  const copied = await copy(command);
  const label = button.dataset.copy || button.textContent;
  button.dataset.copy = label;
  button.textContent = text(copied ? "copied" : "selected");
  setTimeout(() => { button.textContent = label; }, 3000);
});

async function copy(command) {
  try {
    await navigator.clipboard.writeText(command.textContent);
    return true;
  } catch {  // Not allowed, or not over https.
    window.getSelection().selectAllChildren(command);
    return document.execCommand("copy");
  }
}
