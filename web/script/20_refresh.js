// Swaps in what has changed.

let refreshing = null;
let refreshAgain = false;
let refreshCost = 0;

/** Fetches this page again and swaps its live parts; false where no such page came. Calls that arrive meanwhile become one
    more fetch. */
async function refresh() {
  if (refreshing) {
    refreshAgain = true;
    return refreshing;
  }
  const began = performance.now();
  refreshing = swapLiveParts().catch(() => false).finally(() => { refreshing = null; });
  const fresh = await refreshing;
  refreshCost = performance.now() - began;
  if (!refreshAgain) return fresh;
  refreshAgain = false;
  return refresh();
}

let refreshTimer = null;

/** As refresh, but leaves a server that is slow to draw this page at least four fifths of its time for others. */
function refreshSoon() {
  const changedAt = serverNow();
  refreshTimer ??= setTimeout(async () => {
    refreshTimer = null;
    if (!(await refresh())) forget(changedAt);
  }, 4 * refreshCost);
}

let asked = null;

async function swapLiveParts() {
  asked = new AbortController();
  const answer = await fetch(pageAddress(), { headers: { Accept: "text/html" }, signal: asked.signal });
  showAge(answer);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (answer.status === 404) {  // What this page shows is gone.
    byId("main").replaceChildren(...fresh.getElementById("main").childNodes);
    return true;
  }
  if (fresh.body.dataset.page !== document.body.dataset.page) return false;
  for (const made of all("[data-live]", fresh)) swapPart(made.dataset.live, made);
  takePast(fresh);
  const lines = fresh.getElementById("events");
  if (lines) addLines(lines);
  return true;
}

const drawnParts = new Map();

/** Makes the part `name` of this page what the server has drawn now, unless it is already. */
function swapPart(name, made) {
  const old = document.querySelector(`[data-live="${name}"]`);
  const drawn = made.innerHTML.trim();
  if (!old || drawn === drawnParts.get(name) || drawn === old.innerHTML.trim()) return;
  swap(old, made);
  drawnParts.set(name, drawn);
}

/** This page without what a form's action left in its address. */
function pageAddress() {
  const address = new URL(location.href);
  for (const name of ["done", "n", "id"]) address.searchParams.delete(name);
  return address.pathname + address.search;
}

/** Replaces the content of `old`; focus, typed text, open details and scroll positions stay. */
function swap(old, made) {
  const focus = old.contains(document.activeElement) ? pathTo(old, document.activeElement) : null;
  const typed = new Map(all("input", old).map((input) => [input.id, input.value]));
  const open = all("details", old).map((details) => details.open);
  const scrolled = all(".scroll", old).map((box) => [box.scrollLeft, box.scrollTop]);
  const current = old.querySelector(".node[aria-current]")?.dataset.node;
  const explained = all("section.shown", old).map((section) => section.id);
  const states = statesIn(old);
  old.replaceChildren(...document.importNode(made, true).childNodes);
  for (const input of all("input", old)) if (typed.get(input.id)) input.value = typed.get(input.id);
  all("details", old).forEach((details, i) => { details.open = open[i] ?? details.open; });
  all(".scroll", old).forEach((box, i) => { if (scrolled[i]) [box.scrollLeft, box.scrollTop] = scrolled[i]; });
  if (current) old.querySelector(`[data-node="${CSS.escape(current)}"]`)?.setAttribute("aria-current", "true");
  for (const id of explained) byId(id)?.classList.add("shown");
  for (const [node, state] of statesIn(old)) {
    // "redis-0: does not answer since 12:03:10"
    if (states.has(node) && states.get(node).state !== state.state) addEvent(`${state.name}: ${state.label}`);
  }
  if (focus) refocus(follow(old, focus));
  if (lastWay) light(lastWay);  // Without motion: nothing has moved.
}

let refocuses = false;

/** Gives the focus back, which explains nothing anew. */
function refocus(element) {
  refocuses = true;
  element?.focus({ preventScroll: true });
  refocuses = false;
}

/** What the boxes say of their state whose news are not among the server's own lines. */
function statesIn(root) {
  const boxes = all('[data-kind="instance"], [data-kind="redis"]', root);
  return new Map(boxes.map((node) => [node.dataset.node, {
    state: node.dataset.state,
    name: node.querySelector(".name").textContent,
    label: node.querySelector(".state")?.textContent ?? "",
  }]));
}

function pathTo(root, element) {
  const path = [];
  for (let at = element; at !== root; at = at.parentElement) path.unshift([...at.parentElement.children].indexOf(at));
  return path;
}

const follow = (root, path) => path.reduce((at, index) => at?.children[index], root);
