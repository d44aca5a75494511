// What the buttons do.

document.addEventListener("submit", async (event) => {
  const form = event.target.closest?.("form[data-path]");
  if (!form) return;
  event.preventDefault();
  if (form.dataset.confirm) {
    byId(form.dataset.confirm).showModal();
    return;
  }
  form.closest("dialog")?.close();
  const button = form.querySelector("button:not([type=button])");
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  try {
    if (form.dataset.count) await burst(form.dataset.method, form.dataset.path, Number(form.dataset.count));
    else await act(form.dataset.method, form.dataset.path);
  } finally {
    button.removeAttribute("aria-busy");
  }
});

document.addEventListener("click", (event) => {
  event.target.closest?.("[data-close]")?.closest("dialog").close("cancel");
});

async function act(method, path) {
  const key = newKey();
  let receipt = await send(method, path, key);
  while (receipt.status === 401 && (await askToken(receipt))) receipt = await send(method, path, key);
  await show(receipt);
  if (!drawnByStream) await refresh();
  showHostsCache(receipt);
}

/** Asks for the admin token that `refused` lacked and keeps it for this tab; false when the reader would rather not. */
function askToken(refused) {
  const dialog = byId("token-dialog");
  byId("token-wrong").hidden = refused.headers.Authorization === undefined;
  const field = byId("token");
  sessionStorage.removeItem("admin-token");
  field.value = "";
  dialog.returnValue = "cancel";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const given = dialog.returnValue === "go" && field.value !== "";
      if (given) sessionStorage.setItem("admin-token", field.value);
      resolve(given);
    }, { once: true });
  });
}

function showHostsCache(receipt) {
  const chip = document.querySelector("[data-hosts-cache]");
  if (chip && receipt.path === "/hosts" && receipt.ok) chip.textContent = cacheLabel(receipt);
}

/** Four requests at a time, so that neither the browser's connections nor the reader's patience run out. */
async function burst(method, path, count) {
  const box = byId("burst");
  const bar = box.querySelector("progress");
  const label = box.querySelector("[data-slot=label]");
  const began = performance.now();
  const results = { sent: 0, done: 0, ok: 0, failed: 0 };
  const stop = box.querySelector("[data-stop]");
  let stopped = false;
  let last = null;
  stop.onclick = () => { stopped = true; };
  stop.hidden = false;
  bar.max = count;
  bar.value = 0;
  box.hidden = false;
  label.textContent = text("burst.running", { n: 0, count: number(count) });
  const work = async () => {
    while (!stopped && results.sent < count) {
      results.sent += 1;
      const receipt = await send(method, path, newKey());
      results.done += 1;
      results[receipt.ok ? "ok" : "failed"] += 1;
      last = last && !last.ok ? last : receipt;  // A failure is what must be seen.
      if (!receipt.ok) stopped = true;
      bar.value = results.done;
      label.textContent = text("burst.running", { n: number(results.done), count: number(count) });
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  const seconds = number((performance.now() - began) / 1000, 2);
  label.textContent = results.done < count
    ? text("burst.stopped", { n: number(results.done), count: number(count) })
    : text("burst.done", { n: number(count), time: seconds, ok: number(results.ok), failed: number(results.failed) });
  stop.hidden = true;
  if (last) await show(last);
  if (!drawnByStream) await refresh();
}
