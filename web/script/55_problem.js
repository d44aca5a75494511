// What a failed request means: a title, what to do, and what the server said of this one time.

// Refusals that are the same however often the request is sent.
const kFinal = [501, 505];
const kPassing = [408, 409, 429];

/** True where the same request may go better later. */
const mayRepeat = ({ failure, status }) =>
  failure === true || kPassing.includes(status) || (status >= 500 && !kFinal.includes(status));

/** True where nobody knows whether a failed write was done: there was no answer, or none that says that nothing was changed. */
function isUnknown(receipt) {
  if (receipt.failure) return true;
  const said = receipt.status === 507 || /nothing was changed/i.test(receipt.json?.detail ?? "");
  return receipt.status >= 500 && !kFinal.includes(receipt.status) && !said;
}

// Of this kind nothing more is to be said of one time.
const kSaysAll = "/problems/no-users";

/** { title, advice, detail }, the first two in the reader's language; `detail` is a quotation of the API's English, or empty. */
async function problemOf(receipt) {
  if (receipt.failure) {
    const advice = text(receipt.method === "GET" ? "failed.advice.read" : "failed.advice");
    return { title: text("failed.detail"), advice, detail: "" };
  }
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
  slot("detail").querySelector("q").textContent = shown(problem.detail);
}
