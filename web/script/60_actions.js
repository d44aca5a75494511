// What the buttons do.

document.addEventListener("submit", (event) => {
  const form = event.target.closest?.("form[data-path]");
  if (!form) return;
  event.preventDefault();
  whileBusy(form.querySelector("button"), () => actAsAsked(form.dataset));
});

document.addEventListener("click", (event) => {
  event.target.closest?.("[data-close]")?.closest("dialog").close("cancel");
});

/** A press of a button that is at work already does nothing. */
async function whileBusy(button, work) {
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  try {
    await work();
  } finally {
    button.removeAttribute("aria-busy");
  }
}

async function actAsAsked({ method, path, count, confirm }) {
  if (confirm && !(await mayDelete(confirm))) return;
  if (count) await burst(method, path, Array.from({ length: Number(count) }, newKey));
  else await act(method, path);
}

/** Sends one request and shows its receipt; one that was sent before, `earlier`, with the same key. */
async function act(method, path, earlier) {
  const key = earlier?.key ?? newKey();
  let receipt = await send(method, path, key);
  while (receipt.status === 401 && (await askToken(receipt))) receipt = await send(method, path, key);
  receipt.times = (earlier?.times ?? 1) + (earlier ? 1 : 0);
  await show(receipt);
  if (!drawnByStream) await refresh();
  showHostsCache(receipt);
}

/** Opens `dialog` and waits; true where the reader wants to go on. Esc and the other button close it, too. */
function answerOf(dialog) {
  dialog.returnValue = "cancel";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "go"), { once: true });
  });
}

/** Asks with what the page at `address` says now of what would be lost; true at once where nothing would. */
async function mayDelete(address) {
  const receipt = await send("GET", address, "", "text/html");
  if (!receipt.ok) {
    await show(receipt);
    return false;
  }
  const page = new DOMParser().parseFromString(receipt.body, "text/html");
  if (!page.querySelector("[data-loses]")) return true;
  const dialog = byId("loss-dialog");
  byId("loss-title").textContent = page.querySelector("h1").textContent;
  byId("loss-text").textContent = page.getElementById("loss").textContent;
  dialog.querySelector("[value=go]").textContent = page.getElementById("go").textContent;
  return answerOf(dialog);
}

/** Asks for the admin token that `refused` lacked and keeps it for this tab; false when the reader would rather not. */
async function askToken(refused) {
  byId("token-wrong").hidden = refused.headers.Authorization === undefined;
  const field = byId("token");
  sessionStorage.removeItem("admin-token");
  field.value = "";
  const given = (await answerOf(byId("token-dialog"))) && field.value !== "";
  if (given) sessionStorage.setItem("admin-token", field.value);
  return given;
}

function showHostsCache(receipt) {
  const chip = document.querySelector("[data-hosts-cache]");
  if (chip && receipt.path === "/hosts" && receipt.ok) chip.textContent = cacheLabel(receipt);
}
