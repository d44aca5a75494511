// Many requests by one press, and what became of each.

/** One request for each of `keys`, four at a time, so that neither the browser's connections nor the reader's patience run out.
    The first that fails stops it. What `repeats` was sent before with these keys. */
async function burst(method, path, keys, repeats = false) {
  const run = { method, path, keys, repeats, sent: 0, done: 0, failed: 0, unknown: [], stopped: false, worst: null, last: null };
  run.began = performance.now();
  const work = async () => {
    while (!run.stopped && run.sent < keys.length) {
      run.sent += 1;
      count(run, await send(method, path, keys[run.sent - 1]));
      showProgress(run);
    }
  };
  const box = byId("burst");
  const stop = box.querySelector("[data-stop]");
  const again = box.querySelector("[data-again]");
  box.hidden = false;
  stop.onclick = () => { run.stopped = true; };
  replaceButton(again, stop);
  showProgress(run);
  await Promise.all([work(), work(), work(), work()]);
  again.textContent = countText("burst.again", run.unknown.length);
  again.onclick = () => burst(method, path, run.unknown, true);
  replaceButton(stop, run.unknown.length > 0 ? again : null);
  await showEnd(run);
  if (!drawnByStream) await refresh();
}

/** Shows `next` in the place of `old`, with the focus that was there. */
function replaceButton(old, next) {
  const hadFocus = document.activeElement === old;
  if (next) next.hidden = false;
  if (hadFocus) (next ?? byId("receipt")).focus();
  old.hidden = true;
}

function count(run, receipt) {
  run.last = receipt;
  if (receipt.ok) {
    run.done += 1;
    return;
  }
  run.stopped = true;
  run.worst ??= receipt;
  if (isUnknown(receipt)) run.unknown.push(receipt.key);
  else run.failed += 1;
}

function showProgress(run) {
  const bar = byId("burst").querySelector("progress");
  bar.max = run.keys.length;
  bar.value = run.done;
  byId("burst").querySelector("[data-slot=label]").textContent =
    text("burst.running", { n: number(run.done), count: countText("orders", run.keys.length) });
}

/** "Stopped: 37 orders added, 1 unknown, 62 not sent. The request ended without an answer." */
async function showEnd(run) {
  const seconds = number((performance.now() - run.began) / 1000, 2);
  const parts = [countText("burst.added", run.done)];
  if (run.failed > 0) parts.push(countText("burst.failed", run.failed));
  if (run.unknown.length > 0) parts.push(countText("burst.unknown", run.unknown.length));
  if (run.sent < run.keys.length) parts.push(countText("burst.unsent", run.keys.length - run.sent));
  const whole = run.done === run.keys.length;
  const reason = run.worst ? (await problemOf(run.worst)).title : "";
  const said = whole
    ? text(run.repeats ? "burst.repeated" : "burst.done", { what: parts[0], time: seconds })
    : text("burst.stopped", { what: parts.join(", "), why: reason });
  byId("burst").querySelector("[data-slot=label]").textContent = said.trim();
  const shown = run.worst ?? run.last;
  if (shown) await show({ ...shown, oneOfMany: true });
}
