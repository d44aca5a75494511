// Live numbers and news of changes, from the server's event stream.

// The system page is drawn by the stream alone: whatever it asked would count among the requests that it shows.
const drawnByStream = document.body.dataset.page === "home";

const pastValues = {};

/** Takes over the minute that the server drew into `root`. */
function takePast(root) {
  for (const stat of all("[data-stat]", root)) {
    const values = stat.dataset.past.split(" ").filter((value) => value !== "");
    pastValues[stat.dataset.stat] = values.map((value) => (value === "-" ? null : Number(value)));
  }
}
takePast(document);

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
  serverAhead = live.time - Date.now();
  if (unknownSince === null) setLiveState("now", text("live.now"));
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

/** Adds a line of this page's own to what happened. */
function addEvent(label) {
  const line = document.createElement("li");
  const time = document.createElement("time");
  const what = document.createElement("span");
  time.dateTime = new Date(serverNow()).toISOString();
  time.textContent = clock(serverNow());
  what.textContent = label;
  line.append(time, " ", what);
  addLine(line);
}

/** Adds the lines of `made`, as the server tells them, that are not in the list yet. */
function addLines(made) {
  const keyOf = (line) => `${timeOf(line)} ${line.querySelector("span").textContent}`;
  const known = new Set(all("#events li").map(keyOf));
  for (const line of all("li", made)) if (!known.has(keyOf(line))) addLine(document.importNode(line, true));
}

const timeOf = (line) => Date.parse(line.querySelector("time").dateTime);

function addLine(line) {
  const list = byId("events");
  if (!list) return;
  const later = all("li", list).find((other) => timeOf(other) <= timeOf(line));
  list.insertBefore(line, later ?? null);
  while (list.children.length > 50) list.lastChild.remove();
}

let stream = null;
let askedAt = 0;

function listen() {
  askedAt = performance.now();
  stream = new EventSource("/events");
  const on = (kind, take) => stream.addEventListener(kind, (event) => {
    hear();
    take?.(event.data && JSON.parse(event.data));
  });
  on("open");
  on("live", showLive);
  on("drawn", showDrawn);
  on("changed", ({ tags }) => {
    const names = [...new Set(tags.map((tag) => tag.split(":")[0]))].map((tag) => texts[`tag.${tag}`] ?? tag);
    addEvent(text("changed", { what: names.join(", ") }));
    if (!drawnByStream) refreshSoon();
  });
}

/** Parts that the server drew anew, for readers of each language: { "en.map": "<svg…" }. */
function showDrawn(parts) {
  for (const [key, html] of Object.entries(parts)) {
    const [drawnFor, name] = key.split(".");
    if (drawnFor !== language) continue;
    const made = new DOMParser().parseFromString(html, "text/html").body;
    if (name === "events") addLines(made);
    else swapPart(name, made);
  }
}

/** Lets go of whatever was asked, which may have lost its way, and asks again. */
function restart() {
  stream?.close();
  stream = null;
  asked?.abort();
  if (!document.hidden) listen();
}
