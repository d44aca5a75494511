// What a failed request means: a title, what to do, and what the server said of this one time.

// Of this kind nothing more is to be said of one time.
const kSaysAll = "/problems/no-users";

/** { title, advice, detail }, the first two in the reader's language; `detail` is a quotation of the API's English, or empty. */
async function problemOf(receipt) {
  if (receipt.failure) return { title: text("failed.detail"), advice: text("failed.advice"), detail: "" };
  const kind = await explanationOf(receipt.json?.type);
  const title = kind.title ?? String(receipt.status);
  if (receipt.status === 401) {
    const sent = receipt.headers.Authorization !== undefined;
    return { title: sent ? text("token.wrong") : title, advice: text("token.advice"), detail: "" };
  }
  const wait = receipt.retryAfter ? text("retry_after", { n: receipt.retryAfter }) : "";
  return { title, advice: `${kind.explanation ?? ""} ${wait}`.trim(), detail: receipt.json?.type === kSaysAll ? "" : (receipt.json?.detail ?? "") };
}

/** What the server's page on that kind of problem says, in the language of this page. */
async function explanationOf(kind) {
  if (!kind?.startsWith("/problems/")) return {};
  try {
    const answer = await fetch(kind, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return {
      title: page.querySelector("h1")?.textContent,
      explanation: page.querySelector("[data-explanation]")?.textContent,
    };
  } catch {
    return {};
  }
}

function showProblem(slot, problem) {
  slot("advice").textContent = problem.advice;
  slot("advice").hidden = problem.advice === "";
  slot("detail").hidden = problem.detail === "";
  slot("detail").querySelector("q").textContent = problem.detail;
}
