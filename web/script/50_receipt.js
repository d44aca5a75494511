// Sends requests and shows their receipts.

/** A key of its own for each press of a button, so that a repetition does nothing twice. */
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function send(method, path, key, accept = "application/json") {
  const headers = { Accept: accept };
  if (method !== "GET") headers["Idempotency-Key"] = key;
  const token = sessionStorage.getItem("admin-token");
  if (token && method !== "GET") headers.Authorization = `Bearer ${token}`;
  const began = performance.now();
  const receipt = { method, path, headers, key };
  try {
    const answer = await fetch(path, { method, headers, cache: "no-store" });
    receipt.body = await answer.text();
    receipt.total = performance.now() - began;
    readHeaders(receipt, answer);
  } catch {
    receipt.total = performance.now() - began;
    receipt.failure = true;
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
  receipt.stale = isStale(answer);
  receipt.fromCache = /;\s*hit\b/.test(cache);
  receipt.fromShared = receipt.fromCache && /detail=redis/.test(cache);
  const timing = answer.headers.get("Server-Timing") ?? "";
  receipt.steps = [...timing.matchAll(/([\w-]+);dur=([\d.]+)/g)]
    .map(([, name, duration]) => ({ name, duration: Number(duration) }));
  receipt.work = readWork(/store;dur=[\d.]+;desc="([^"]*)"/.exec(timing)?.[1]);
}

/** "2 commands several for 64 1 retry": what the store's server was asked. */
function readWork(description) {
  const found = /^(\d+) commands?(?: (targeted|several|scatter))?(?: for (\d+))?(?: (\d+) retr)?/.exec(description ?? "");
  if (!found) return found;
  const [, commands, reach, readers, retries] = found;
  return { commands: Number(commands), reach, readers: Number(readers ?? 1), retries: Number(retries ?? 0) };
}

function workLabel(work) {
  const parts = [text("work.commands", { n: number(work.commands) })];
  if (work.reach === "targeted") parts.push(text("work.targeted"));
  if (work.reach === "several") parts.push(text("work.several"));
  if (work.reach === "scatter") parts.push(text("work.scatter"));
  if (work.readers > 1) parts.push(text("work.readers", { n: number(work.readers) }));
  if (work.retries > 0) parts.push(text("work.retries", { n: number(work.retries) }));
  return parts.join(", ");
}

function parse(body) {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function cacheLabel(receipt) {
  const [, past, seconds] = /ttl=(-?)(\d+)/.exec(receipt.cache) ?? [];
  const told = (what, key) => text(what) + (seconds ? ` · ${text(key, { n: number(Number(seconds)) })}` : "");
  if (receipt.stale || past) return told("cache.stale", "past");
  if (receipt.fromCache) return told("cache.hit", "left");
  if (/collapsed/.test(receipt.cache)) return text("cache.coalesced");
  if (/stored/.test(receipt.cache)) return text("cache.stored");
  return /fwd=/.test(receipt.cache) ? text("cache.miss") : text("cache.none");
}

function success(receipt) {
  const { json } = receipt;
  if (json?.migrated_users !== undefined) return countText("ok.migrated", json.migrated_users);
  if (json?.amount !== undefined) return text("ok.order", { amount: number(json.amount, 2), name: isolated(json.user_name) });
  if (json?.user_name !== undefined) return text("ok.user", { name: isolated(json.user_name) });
  return receipt.method === "GET" ? text("ok.answered") : text("ok");
}

async function show(receipt) {
  const template = byId("receipt-template").content.cloneNode(true);
  const slot = (name) => template.querySelector(`[data-slot="${name}"]`);
  const good = receipt.ok === true;
  slot("outcome").parentElement.classList.add(good ? "good" : "bad");
  const problem = good ? null : await problemOf(receipt);
  slot("outcome").textContent = problem?.title ?? success(receipt);
  slot("request").textContent = `${receipt.method} ${receipt.path}`;
  slot("status").textContent = receipt.status ?? text("failed");
  slot("total").textContent = text("total", { time: milliseconds(receipt.total) });
  slot("sent").textContent = [`${receipt.method} ${receipt.path}`, ...Object.entries(receipt.headers)
    .map(([name, value]) => `${name}: ${name === "Authorization" ? "Bearer …" : value}`)].join("\n");
  slot("answer").textContent = receipt.json
    ? JSON.stringify(receipt.json, null, 2).replace(kTurns, (character) => `\\u${hexOf(character)}`)
    : shown(receipt.body ?? "");
  if (receipt.failure) {
    slot("way").parentElement.hidden = true;
    template.querySelector(".steps-bar").remove();
    light(wayOf(receipt));
  } else {
    slot("cache").textContent = cacheLabel(receipt);
    showWay(slot("way"), receipt);
    showSteps(template.querySelector(".steps-bar"), slot("steps"), receipt);
  }
  if (problem) showProblem(slot, problem);
  offerAgain(slot, receipt);
  const box = byId("receipt");
  const hadFocus = box.contains(document.activeElement);
  box.replaceChildren(template);
  if (hadFocus) (box.querySelector("[data-slot=again]:not([hidden])") ?? box).focus();
}

/** What failed can be sent again; what was, says how often, and that it was done once. */
function offerAgain(slot, receipt) {
  const again = slot("again");
  again.hidden = !mayRepeat(receipt) || receipt.oneOfMany === true;
  again.textContent = text(receipt.method === "GET" ? "again" : "again.key");
  again.onclick = () => whileBusy(again, () => act(receipt.method, receipt.path, receipt));
  slot("times").hidden = !(receipt.times > 1);
  const key = receipt.method === "GET" ? "times.read" : receipt.ok ? "times.once" : "times";
  slot("times").textContent = text(key, { n: number(receipt.times ?? 1) });
}

function showWay(slot, receipt) {
  const way = wayOf(receipt);
  const names = [text("part.reader"), receipt.servedBy ?? "?"];
  if (receipt.fromShared) names.push(text("part.shared"));
  else if (way.part) names.push(text("part.cache"));
  else if (receipt.steps.some((step) => step.name === "store" && step.duration > 0)) {
    names.push(text("step.store") + (receipt.work ? ` (${workLabel(receipt.work)})` : ""));
  }
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

/** The steps' own times, which add up to the whole: the handler's holds the store's and Redis', the server's holds both, and what
    the browser measured holds the way there and back. */
function ownTimes(receipt) {
  const of = (name) => receipt.steps.find((step) => step.name === name)?.duration ?? 0;
  const own = {
    queue: of("queue"),
    handler: Math.max(0, of("handler") - of("store") - of("redis")),
    store: of("store"),
    redis: of("redis"),
    loop: Math.max(0, of("total") - of("queue") - of("handler")),
    browser: Math.max(0, receipt.total - of("total")),
  };
  return Object.entries(own).map(([name, duration]) => ({ name, duration })).filter(({ duration }) => duration > 0);
}
