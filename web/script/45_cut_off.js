// Says when this page is cut off from the server, and since when. The server gives a word each second, whatever else it does: of
// what a page has not heard for longer it knows nothing.

const kSilence = 2400;  // Two words were missed.
const kPatience = 5000;  // A stream that brings no word for so long is asked for anew: a network that vanished ends none.

/** By both clocks of the browser: one stands still while the computer sleeps, the other may be set. */
const moment = () => ({ wall: Date.now(), steady: performance.now() });
const since = ({ wall, steady }) => Math.max(Date.now() - wall, performance.now() - steady);

let heard = moment();  // The server's last word; this page was its first.
let waitsFrom = heard;
let unknownSince = null;  // What the page shows is not known since then; null: it is known.
let isCut = false;
let comesBack = false;

/** A word came. */
function hear() {
  if (isSilent() && !isCut) cutOff();  // The first word after a sleep may be one from before it.
  heard = moment();
  waitsFrom = heard;
  if (unknownSince !== null) comeBack();
}

const isSilent = () => since(waitsFrom) >= kSilence;

function watchSilence() {
  if (document.hidden || !isSilent()) return;
  if (!isCut) cutOff();
  if (performance.now() - askedAt > kPatience) restart();
}

// A browser allows six connections to one server: a page that nobody sees keeps none, and so knows nothing.
function showOrHide() {
  restart();
  waitsFrom = moment();
  if (!document.hidden) return;
  forget(heard.wall + serverAhead);
  setLiveState("paused", text("live.paused"));
}

function cutOff() {
  isCut = true;
  forget(heard.wall + serverAhead);
  byId("cut").textContent = text("cut.off", { time: clock(unknownSince) });
}

/** Shows as unknown what only the server can tell. */
function forget(time) {
  unknownSince ??= time;
  const label = text("live.unknown", { time: clock(unknownSince) });
  document.body.dataset.unknown = "";
  setLiveState("unknown", label);
  forgetStates(label);
  for (const value of all("[data-value]")) value.textContent = "–";
  for (const chip of all("[data-hosts-cache]")) chip.textContent = "";
  for (const said of all("[data-only-now]")) said.replaceChildren(unknownMark(label));
  for (const header of all("[data-live] .panel > header, .panel[data-live] > header")) {
    header.querySelector(".unknown")?.remove();
    header.append(unknownMark(label));
  }
  drawnParts.clear();
}

function unknownMark(label) {
  const mark = document.createElement("span");
  mark.className = "unknown";
  mark.textContent = label;
  return mark;
}

function forgetStates(label) {
  for (const node of all("#map .node:not(.unwatched)")) {
    node.className = "node unknown-state";
    node.querySelector(".state").lastChild.textContent = label;
    for (const known of all(".detail, .part", node)) known.remove();
  }
}

/** The server is heard again: once the page is fresh it says how long it was not. */
async function comeBack() {
  if (comesBack) return;
  comesBack = true;
  const fresh = await refresh();
  comesBack = false;
  if (!fresh || document.hidden || isSilent()) return;
  if (isCut) addEvent(text("cut.was", { from: clock(unknownSince), to: clock(serverNow()) }));
  unknownSince = null;
  isCut = false;
  delete document.body.dataset.unknown;
  byId("cut").textContent = "";
  setLiveState("now", text("live.now"));
}
