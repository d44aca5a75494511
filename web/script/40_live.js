// Live numbers and news of changes, from the server's event stream.

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
const kMapSeconds = 1.5;

/** Without a word from the server nothing that the map says is known any more. */
function forgetStates(label) {
  const map = byId("map");
  for (const state of all(".node .state", map ?? document.createElement("div"))) {
    const node = state.closest(".node");
    node.classList.remove("up", "draining", "down");
    node.classList.add("unknown-state");
    node.dataset.state = "unknown-state";
    state.lastChild.textContent = label;
  }
  if (map) map.dataset.drawn = "";
}

function listen() {
  stream = new EventSource("/events");
  stream.addEventListener("open", () => {
    if (lostAt) refresh();
    lostAt = null;
  });
  stream.addEventListener("live", (event) => {
    showLive(JSON.parse(event.data));
    // The map's states change without any data changing. The server draws it once a second for all readers together.
    if (document.body.dataset.page === "home" && performance.now() - refreshedAt > kMapSeconds * 1000) refreshSoon();
  });
  stream.addEventListener("changed", (event) => {
    const { tags } = JSON.parse(event.data);
    const names = [...new Set(tags.map((tag) => tag.split(":")[0]))].map((tag) => texts[`tag.${tag}`] ?? tag);
    addEvent(text("changed", { what: names.join(", ") }));
    refreshSoon();
  });
  stream.addEventListener("error", () => {
    if (!lostAt) {
      lostAt = clock();
      forgetStates(text("live.unknown", { time: lostAt }));
    }
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
