// Says whether what this page shows is older than the store.

/** True for an answer that stands in for one that the store did not give. */
const isStale = (answer) => answer.headers.get("X-Cache") === "STALE";

const kLookAgain = 5000;

/** Marks this page as stale where `answer`, by which it was drawn, is; and looks again while it is. */
function showAge(answer) {
  for (const mark of all("[data-stale]")) mark.hidden = !isStale(answer);
  if (isStale(answer)) setTimeout(refreshSoon, kLookAgain);
}

/** A page is not told its own headers: it asks for them once more. */
async function askAge() {
  showAge(await fetch(pageAddress(), { method: "HEAD", headers: { Accept: "text/html" } }));
}
