// Makes the pages alive. The server draws everything; this script sends the actions, shows their receipts, writes the live
// numbers, and swaps in what the server has drawn anew.
"use strict";

const texts = JSON.parse(document.getElementById("texts").textContent);
const language = document.documentElement.lang;
const byId = (id) => document.getElementById(id);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const text = (key, values = {}) => texts[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
const number = (value, digits = 0) =>
  value.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
const milliseconds = (value) => `${number(value, value < 10 ? 2 : value < 100 ? 1 : 0)}\u00a0ms`;
const clock = () => new Date().toISOString().slice(11, 19);

// Colours

for (const choice of all("[data-theme-choice]")) {
  choice.addEventListener("click", async (event) => {
    event.preventDefault();
    await fetch(choice.href, { redirect: "manual" });  // The server keeps the choice in a cookie.
    const theme = choice.dataset.themeChoice;
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    for (const other of all("[data-theme-choice]")) other.toggleAttribute("aria-current", false);
    choice.setAttribute("aria-current", "true");
  });
}

// Swapping in what has changed

let refreshing = null;
let refreshAgain = false;
let refreshCost = 0;

/** Fetches this page again and swaps its live parts. Calls that arrive meanwhile become one more fetch. */
async function refresh() {
  if (refreshing) {
    refreshAgain = true;
    return refreshing;
  }
  const began = performance.now();
  refreshing = swapLiveParts().catch(() => {}).finally(() => { refreshing = null; });
  await refreshing;
  refreshCost = performance.now() - began;
  if (!refreshAgain) return undefined;
  refreshAgain = false;
  return refresh();
}

let refreshTimer = null;

/** As refresh, but leaves a server that is slow to draw this page at least four fifths of its time for others. */
function refreshSoon() {
  refreshTimer ??= setTimeout(() => {
    refreshTimer = null;
    refresh();
  }, 4 * refreshCost);
}

async function swapLiveParts() {
  const answer = await fetch(pageAddress(), { headers: { Accept: "text/html" } });
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const old of all("[data-live]")) {
    const made = fresh.querySelector(`[data-live="${old.dataset.live}"]`);
    if (!made || made.innerHTML === old.dataset.drawn) continue;
    const drawn = made.innerHTML;
    if (drawn === old.innerHTML) continue;
    swap(old, made);
    old.dataset.drawn = drawn;
  }
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
  old.replaceChildren(...document.importNode(made, true).childNodes);
  for (const input of all("input", old)) if (typed.get(input.id)) input.value = typed.get(input.id);
  all("details", old).forEach((details, i) => { details.open = open[i] ?? details.open; });
  all(".scroll", old).forEach((box, i) => { if (scrolled[i]) [box.scrollLeft, box.scrollTop] = scrolled[i]; });
  if (current) old.querySelector(`[data-node="${CSS.escape(current)}"]`)?.setAttribute("aria-current", "true");
  if (focus) follow(old, focus)?.focus({ preventScroll: true });
  if (lastWay) light(lastWay);  // Without motion: nothing has moved.
}

function pathTo(root, element) {
  const path = [];
  for (let at = element; at !== root; at = at.parentElement) path.unshift([...at.parentElement.children].indexOf(at));
  return path;
}

const follow = (root, path) => path.reduce((at, index) => at?.children[index], root);

// Live numbers

const pastValues = {};
const liveFields = {
  rps: (live) => live.requests_per_second,
  p99: (live) => live.p99_ms,
  errors: (live) => live.errors_per_second,
  hits: (live) => live.hit_rate,
  in_flight: (live) => live.in_flight,
};
const liveFormats = {
  rps: (value) => number(value, value > 0 && value < 10 ? 1 : 0),
  p99: (value) => number(value, 2),
  errors: (value) => number(value),
  hits: (value) => value.toLocaleString(language, { style: "percent", maximumFractionDigits: 1 }),
  in_flight: (value) => number(value),
};
const kSparkSeconds = 60;

function showLive(live) {
  setLiveState("now", text("live.now"));
  for (const [id, read] of Object.entries(liveFields)) {
    const stat = document.querySelector(`[data-stat="${id}"]`);
    if (!stat) continue;
    const value = read(live);
    stat.querySelector("[data-value]").textContent = value === null ? "–" : liveFormats[id](value);
    const values = (pastValues[id] ??= []);
    values.push(value);
    if (values.length > kSparkSeconds) values.shift();
    if (values.length > 1) stat.querySelector("polyline").setAttribute("points", sparkline(values));
  }
}

/** As SparklinePoints in charts.cpp. */
function sparkline(values) {
  const highest = Math.max(...values.map((value) => value ?? 0));
  return values
    .map((value, i) => [60 * i / (values.length - 1), value, highest > 0 ? 19 - 18 * value / highest : 19])
    .filter(([, value]) => value !== null)
    .map(([x, , y]) => `${x.toFixed(1)},${y.toFixed(1)}`)
    .join(" ");
}

function setLiveState(state, label) {
  for (const shown of all("[data-live-state]")) {
    if (shown.textContent !== label) shown.textContent = label;
    shown.classList.toggle("now", state === "now");
  }
}

function addEvent(label) {
  const list = byId("events");
  if (!list) return;
  const line = document.createElement("li");
  const time = document.createElement("time");
  const what = document.createElement("span");
  time.dateTime = new Date().toISOString();
  time.textContent = clock();
  what.textContent = label;
  line.append(time, " ", what);
  list.prepend(line);
  while (list.children.length > 50) list.lastChild.remove();
}

let stream = null;
let lostAt = null;

function listen() {
  stream = new EventSource("/events");
  stream.addEventListener("open", () => {
    if (lostAt) refresh();
    lostAt = null;
  });
  stream.addEventListener("live", (event) => showLive(JSON.parse(event.data)));
  stream.addEventListener("changed", (event) => {
    const { tags } = JSON.parse(event.data);
    const names = [...new Set(tags.map((tag) => tag.split(":")[0]))].map((tag) => texts[`tag.${tag}`] ?? tag);
    addEvent(text("changed", { what: names.join(", ") }));
    refreshSoon();
  });
  stream.addEventListener("error", () => {
    lostAt ??= clock();
    setLiveState("unknown", text("live.unknown", { time: lostAt }));
    // A closed stream does not come back by itself, as when the server was at its limit.
    if (stream.readyState === EventSource.CLOSED) setTimeout(restart, 5000);
  });
}

function restart() {
  stream?.close();
  stream = null;
  if (!document.hidden) listen();
}

// A browser allows six connections to one server: a page that nobody sees keeps none.
document.addEventListener("visibilitychange", () => {
  restart();
  if (document.hidden) setLiveState("paused", text("live.paused"));
  else refresh();
});

// The map

let lastWay = null;

document.addEventListener("click", (event) => {
  const node = event.target.closest?.("[data-node]");
  if (!node) return;
  event.preventDefault();
  explain(node);
});
document.addEventListener("focusin", (event) => {
  const node = event.target.closest?.("[data-node]");
  if (node) explain(node);
});

function explain(node) {
  for (const other of all("[data-node]")) other.removeAttribute("aria-current");
  node.setAttribute("aria-current", "true");
  const section = byId(node.hash.slice(1));
  for (const other of all("#about section")) other.classList.toggle("shown", other === section);
}

/** Which boxes a request passed, as its receipt says: this instance, its cache or the store behind it. */
function wayOf(receipt) {
  const instance = `instance:${receipt.servedBy}`;
  const way = { nodes: ["client", instance], part: null, edges: [`client ${instance}`] };
  if (receipt.fromCache) way.part = "cache";
  else if (receipt.steps.some((step) => step.name === "store" && step.duration > 0)) {
    way.nodes.push("store");
    way.edges.push(`${instance} store`);
  }
  return way;
}

function light(way, motion) {
  lastWay = way;
  byId("map")?.classList.toggle("moving", motion === "moving");
  for (const node of all("[data-node]")) node.classList.toggle("lit", way.nodes.includes(node.dataset.node));
  for (const edge of all("[data-edge]")) edge.classList.toggle("lit", way.edges.includes(edge.dataset.edge));
  for (const part of all("[data-part]")) part.classList.toggle("lit", part.dataset.part === way.part);
}

// Requests and receipts

/** A key of its own for each press of a button, so that a repetition does nothing twice. */
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function send(method, path, key) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["Idempotency-Key"] = key;
  const token = sessionStorage.getItem("admin-token");
  if (token && method !== "GET") headers.Authorization = `Bearer ${token}`;
  const began = performance.now();
  const receipt = { method, path, headers };
  try {
    const answer = await fetch(path, { method, headers, cache: "no-store" });
    receipt.body = await answer.text();
    receipt.total = performance.now() - began;
    readHeaders(receipt, answer);
  } catch (error) {
    receipt.total = performance.now() - began;
    receipt.failure = error.message;
  }
  return receipt;
}

function readHeaders(receipt, answer) {
  receipt.status = answer.status;
  receipt.ok = answer.ok;
  receipt.json = parse(receipt.body);
  receipt.servedBy = answer.headers.get("X-Served-By");
  receipt.retryAfter = answer.headers.get("Retry-After");
  const cache = answer.headers.get("Cache-Status") ?? "";
  receipt.cache = cache;
  receipt.fromCache = /;\s*hit\b/.test(cache);
  receipt.steps = [...(answer.headers.get("Server-Timing") ?? "").matchAll(/([\w-]+);dur=([\d.]+)/g)]
    .map(([, name, duration]) => ({ name, duration: Number(duration) }));
}

function parse(body) {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function cacheLabel(receipt) {
  const left = /ttl=(\d+)/.exec(receipt.cache);
  if (/stale/.test(receipt.cache)) return text("cache.stale");
  if (receipt.fromCache) return text("cache.hit") + (left ? ` · ${text("left", { n: left[1] })}` : "");
  if (/collapsed/.test(receipt.cache)) return text("cache.coalesced");
  if (/stored/.test(receipt.cache)) return text("cache.stored");
  return /fwd=/.test(receipt.cache) ? text("cache.miss") : text("cache.none");
}

function outcome(receipt) {
  if (receipt.failure) return text("failed.detail", { reason: receipt.failure });
  if (!receipt.ok) return `${receipt.json?.title ?? receipt.status}: ${receipt.json?.detail ?? ""}`;
  const { json } = receipt;
  if (json?.migrated_users !== undefined) return text("ok.migrated", { n: number(json.migrated_users) });
  if (json?.amount !== undefined) return text("ok.order", { amount: number(json.amount, 2), name: json.user_name });
  if (json?.user_name !== undefined) return text("ok.user", { name: json.user_name });
  return receipt.method === "GET" ? text("ok.answered") : text("ok");
}

/** What to do about a failure: the server's own explanation of that kind of problem. */
async function advice(receipt) {
  if (receipt.failure) return text("failed.advice");
  const wait = receipt.retryAfter ? ` ${text("retry_after", { n: receipt.retryAfter })}` : "";
  const kind = receipt.json?.type;
  if (!kind?.startsWith("/problems/")) return wait;
  try {
    const page = new DOMParser().parseFromString(await (await fetch(kind, { headers: { Accept: "text/html" } })).text(), "text/html");
    return (page.querySelector("[data-explanation]")?.textContent ?? "") + wait;
  } catch {
    return wait;
  }
}

async function show(receipt) {
  const template = byId("receipt-template").content.cloneNode(true);
  const slot = (name) => template.querySelector(`[data-slot="${name}"]`);
  const good = receipt.ok === true;
  slot("outcome").parentElement.classList.add(good ? "good" : "bad");
  slot("outcome").textContent = outcome(receipt);
  slot("request").textContent = `${receipt.method} ${receipt.path}`;
  slot("status").textContent = receipt.status ?? text("failed");
  slot("total").textContent = text("total", { time: milliseconds(receipt.total) });
  slot("sent").textContent = [`${receipt.method} ${receipt.path}`, ...Object.entries(receipt.headers)
    .map(([name, value]) => `${name}: ${name === "Authorization" ? "Bearer …" : value}`)].join("\n");
  slot("answer").textContent = receipt.json ? JSON.stringify(receipt.json, null, 2) : receipt.body ?? "";
  if (receipt.failure) {
    for (const name of ["cache", "way"]) slot(name).parentElement.hidden = true;
  } else {
    slot("cache").textContent = cacheLabel(receipt);
    showWay(slot("way"), receipt);
    showSteps(template.querySelector(".steps-bar"), slot("steps"), receipt);
  }
  const advised = slot("advice");
  byId("receipt").replaceChildren(template);
  if (good) return;
  advised.textContent = await advice(receipt);
  advised.hidden = advised.textContent.trim() === "";
}

function showWay(slot, receipt) {
  const way = wayOf(receipt);
  const names = [text("part.reader"), receipt.servedBy ?? "?"];
  if (way.part) names.push(text("part.cache"));
  if (way.nodes.includes("store")) names.push(text("step.store"));
  slot.textContent = names.join(" → ");
  light(way, "moving");
}

function showSteps(bar, list, receipt) {
  const kSvg = "http://www.w3.org/2000/svg";
  const rect = (name, attributes) => {
    const made = document.createElementNS(kSvg, "rect");
    made.setAttribute("class", `step-${name}`);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const steps = ownTimes(receipt);
  let x = 0;
  for (const { name, duration } of steps) {
    const width = 100 * duration / receipt.total;
    bar.append(rect(name, { x: `${x}%`, width: `${width}%`, height: 8 }));
    x += width;
    const line = document.createElement("li");
    const key = document.createElementNS(kSvg, "svg");
    for (const side of ["width", "height"]) key.setAttribute(side, 10);
    key.setAttribute("aria-hidden", "true");
    key.append(rect(name, { width: 10, height: 10, rx: 2 }));
    line.append(key, `${texts[`step.${name}`] ?? name} ${milliseconds(duration)}`);
    list.append(line);
  }
}

/** The steps' own times, which add up to the whole: the handler's holds the store's, the server's holds both, and what
    the browser measured holds the way there and back. */
function ownTimes(receipt) {
  const of = (name) => receipt.steps.find((step) => step.name === name)?.duration ?? 0;
  const own = {
    queue: of("queue"),
    handler: Math.max(0, of("handler") - of("store")),
    store: of("store"),
    loop: Math.max(0, of("total") - of("queue") - of("handler")),
    browser: Math.max(0, receipt.total - of("total")),
  };
  return Object.entries(own).map(([name, duration]) => ({ name, duration })).filter(({ duration }) => duration > 0);
}

// Actions

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
  if (receipt.status === 401 && (await askToken())) receipt = await send(method, path, key);
  await show(receipt);
  await refresh();
  showHostsCache(receipt);
}

/** Asks for the admin token and keeps it for this tab; false when the reader would rather not. */
function askToken() {
  const dialog = byId("token-dialog");
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
  await refresh();
}

// Charts

function choosePoint(chart, index) {
  const points = all(".point", chart);
  const tip = chart.querySelector(".tip");
  points.forEach((point, i) => point.classList.toggle("chosen", i === index));
  tip.hidden = index < 0;
  tip.textContent = index < 0 ? "" : points[index].querySelector("title")?.textContent ?? points[index].dataset.value;
}

document.addEventListener("pointerover", (event) => {
  const point = event.target.closest?.(".point");
  if (point) choosePoint(point.closest(".chart"), all(".point", point.closest(".chart")).indexOf(point));
});
document.addEventListener("pointerout", (event) => {
  const chart = event.target.closest?.(".chart");
  if (chart && !chart.contains(event.relatedTarget)) choosePoint(chart, -1);
});
document.addEventListener("keydown", (event) => {
  const chart = event.target.closest?.(".chart");
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!chart || !step) return;
  event.preventDefault();
  const points = all(".point", chart);
  const chosen = points.findIndex((point) => point.classList.contains("chosen"));
  choosePoint(chart, chosen < 0 ? points.length - 1 : Math.min(points.length - 1, Math.max(0, chosen + step)));
});

// Start

if (pageAddress() !== location.pathname + location.search) window.history.replaceState(null, "", pageAddress() + location.hash);
if (["home", "dashboard", "user"].includes(document.body.dataset.page) && !document.hidden) listen();
