// Explains the map's boxes and lights the way that a request took.

let lastWay = null;

document.addEventListener("click", (event) => {
  const node = event.target.closest?.("[data-node]");
  if (!node) return;
  event.preventDefault();
  explain(node);
});
document.addEventListener("focusin", (event) => {
  const node = event.target.closest?.("[data-node]");
  if (node && !refocuses) explain(node);
});

function explain(node) {
  for (const other of all("[data-node]")) other.removeAttribute("aria-current");
  node.setAttribute("aria-current", "true");
  const section = byId(node.hash.slice(1));
  for (const other of all("#about section")) other.classList.toggle("shown", other === section);
}

/** Which boxes a request passed, as its receipt says: this instance, then its cache, the shared one or the store. Without an
    answer of an instance nobody knows which one it reached. `failed` says how it ended where that was no success, `ends` where. */
function wayOf(receipt) {
  const failed = receipt.ok ? null : text("way.failed", { status: receipt.status ?? text("failed") });
  if (!receipt.servedBy) {
    const edges = [...idsOf("instance"), ...idsOf("peer")].map((id) => `client ${id}`);
    return { nodes: ["client"], part: null, edges, failed, ends: ["client"] };
  }
  const instance = `instance:${receipt.servedBy}`;
  const way = { nodes: ["client", instance], part: null, edges: [`client ${instance}`], failed, ends: [instance] };
  const enter = (from, ids) => {
    way.nodes.push(...ids);
    if (ids.length > 0) way.ends = ids;
    for (const before of from) way.edges.push(...ids.map((id) => `${before} ${id}`));
    return ids;
  };
  if (receipt.fromShared) enter([instance], ["redis"]);
  else if (receipt.fromCache) way.part = "cache";
  else if (receipt.steps.some((step) => step.name === "store" && step.duration > 0)) {
    const routers = idsOf("router");
    if (routers.length === 0) enter([instance], ["store"]);
    else enter(enter([instance], routers), shardsAsked(receipt));
  }
  return way;
}

const idsOf = (kind) => all(`[data-kind="${kind}"]`).map((node) => node.dataset.node);

/** All of them, or none where the receipt does not say which. */
function shardsAsked(receipt) {
  const shards = idsOf("shard");
  return shards.length === 1 || receipt.work?.reach === "scatter" ? shards : [];
}

function light(way, motion) {
  lastWay = way;
  byId("map")?.classList.toggle("moving", motion === "moving");
  for (const node of all("[data-node]")) {
    mark(node, way, way.nodes.includes(node.dataset.node));
    node.querySelector(".failure")?.remove();
    if (way.failed && way.ends.includes(node.dataset.node)) node.append(failureMark(way.failed));
  }
  for (const edge of all("[data-edge]")) mark(edge, way, way.edges.includes(edge.dataset.edge));
  for (const part of all("[data-part]")) part.classList.toggle("lit", part.dataset.part === way.part);
}

function mark(element, way, isLit) {
  element.classList.toggle("lit", isLit);
  element.classList.toggle("failed", isLit && way.failed !== null);
}

function failureMark(label) {
  const made = document.createElement("span");
  made.className = "failure";
  made.textContent = label;
  return made;
}
