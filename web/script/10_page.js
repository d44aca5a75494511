// Makes the pages alive. The server draws everything; this script sends the actions, shows their receipts, writes the live
// numbers, and swaps in what the server has drawn anew. The files of this folder, in the order of their names, are app.js.
"use strict";

const texts = JSON.parse(document.getElementById("texts").textContent);
const language = document.documentElement.lang;
const byId = (id) => document.getElementById(id);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const text = (key, values = {}) => texts[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
const number = (value, digits = 0) =>
  value.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
// What Unicode calls Bidi_Control: with one of these in it a name can show as another, and turn what stands beside it.
const kTurns = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const hexOf = (character) => character.charCodeAt(0).toString(16).padStart(4, "0");
/** As EscapeHtml in template.cpp shows them. */
const shown = (value) => value.replace(kTurns, (character) => `[U+${hexOf(character).toUpperCase()}]`);
/** A name for the middle of a sentence, whose direction of writing ends with it. */
const isolated = (name) => `\u2068${shown(name)}\u2069`;
const plurals = new Intl.PluralRules(language);
/** The text of `key` for `n` of something, as the language counts. */
const countText = (key, n) => text(`${key}.${plurals.select(n) === "one" ? "one" : "other"}`, { n: number(n) });
const milliseconds = (value) => `${number(value, value < 10 ? 2 : value < 100 ? 1 : 0)}\u00a0ms`;

// Every time that the page tells is by the server's clock, as those are that the server wrote.
let serverAhead = 0;
const serverNow = () => Date.now() + serverAhead;
/** "12:03:10", after its date where that is not today's. */
function clock(time) {
  const [day, hour] = new Date(time).toISOString().slice(0, 19).split("T");
  return day === new Date(serverNow()).toISOString().slice(0, 10) ? hour : `${day} ${hour}`;
}

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
